// The keys of a queue in Redis, all in one slot of a cluster: a stream for each line, what is decided of it,
// and which server has it.

export interface QueueKeys {
  stream(line: number): string;
  /** A hash: `id` of the last turn up to which all are decided, and how many those are. */
  decided(line: number): string;
  /** Servers that are at work, by when they are missed. */
  servers: string;
  /** Which of them has each line. */
  holders: string;
  /** How many lines there are. */
  lines: string;
}

export function queueKeys(queue: string): QueueKeys {
  const key = (name: string) => `{${queue}}:turns:${name}`;
  return {
    stream: (line) => key(String(line)),
    decided: (line) => key(`${line}:decided`),
    servers: key('servers'),
    holders: key('holders'),
    lines: key('lines'),
  };
}
