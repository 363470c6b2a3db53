// A part as it is named: `hanoi=postgres://...` says that pools whose ids begin with `hanoi:` live in that
// database. Only reads and checks what was said; opens nothing.

/** Where pools of a store live whose home is another database. */
export interface PartAddress {
  /** 1 to 32 of `A-Z a-z 0-9 _ -`, no `-` first. */
  name: string;
  /** `postgres://user:password@host/database?schema=NAME` */
  address: string;
  /** How the ids of its pools begin; `<name>:` unless it is said. Never changed afterwards. */
  prefix?: string;
}

export type NamedPart = Required<PartAddress>;

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,31}$/;
const PREFIX = /^[A-Za-z0-9._:@-]{1,64}$/;

/**
 * Reads `name=postgres://...`.
 *
 * @throws RangeError for what is no such text
 */
export function parsePart(text: string): PartAddress {
  const equals = text.indexOf('=');
  if (equals < 1) throw new RangeError('a part is named as in hanoi=postgres://host/database');
  return { name: text.slice(0, equals), address: text.slice(equals + 1) };
}

/**
 * The parts in the order of their names, which is the order of their locks.
 *
 * @throws RangeError for names that cannot be, or cannot be told apart
 */
export function namedParts(parts: readonly PartAddress[]): NamedPart[] {
  const named = parts.map(({ name, address, prefix = `${name}:` }) => ({ name, address, prefix }));
  for (const [index, { name, prefix, address }] of named.entries()) {
    if (!NAME.test(name)) {
      throw new RangeError(`"${name}" is no name of a part: 1 to 32 of A-Z a-z 0-9 _ -`);
    }
    if (!PREFIX.test(prefix)) throw new RangeError(`no pool's id begins with "${prefix}"`);
    if (!/^postgres(ql)?:\/\//.test(address)) {
      throw new RangeError(`the part ${name} needs the address of a PostgreSQL database`);
    }
    for (const other of named.slice(0, index)) {
      if (other.name === name) throw new RangeError(`the part ${name} is named twice`);
      if (prefix.startsWith(other.prefix) || other.prefix.startsWith(prefix)) {
        throw new RangeError(`some ids begin like those of both ${other.name} and ${name}`);
      }
    }
  }
  return named.sort((one, other) => (one.name < other.name ? -1 : 1));
}
