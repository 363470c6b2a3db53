// The buyers' own log of one run: what each command was answered, which outcomes are unknown, and
// from these alone what every reservation and every pool must look like. Kept in the memory of the
// harness, so that no crash of the server reaches it. Never asks the server anything.

import { isDeepStrictEqual } from 'node:util';
import type { Command } from './command.ts';
import type { Reply } from './http-client.ts';

export interface AcknowledgedLine {
  pool: string;
  quantity: number;
  confirmed?: number;
  returned?: number;
}

/** A reservation as its latest acknowledged answer showed it. */
export interface Acknowledged {
  id: string;
  status: string;
  version: number;
  lines: AcknowledgedLine[];
  expiresAtMs: number | undefined;
}

export interface AnsweredCommand {
  command: Command;
  reply: Reply;
}

export class AcknowledgedLog {
  /** Accepted commands by their keys, in the order of their answers. */
  readonly accepted = new Map<string, AnsweredCommand>();
  readonly unknown = new Map<string, Command>();
  readonly reservations = new Map<string, Acknowledged>();
  readonly received = new Map<string, number>();
  /** Answers that contradict each other, as found while they came in. */
  readonly contradictions: string[] = [];
  refused = 0;
  /** Outcomes that were unknown at some time, and what became of them. */
  readonly unknowns = { all: 0, accepted: 0, refused: 0 };

  /** Takes an answer; says whether the command was accepted. */
  answered(command: Command, reply: Reply): boolean {
    const { key, verb } = command;
    const accepted = reply.status < 400;
    if (this.unknown.delete(key)) this.unknowns[accepted ? 'accepted' : 'refused'] += 1;
    const first = this.accepted.get(key);
    if (first !== undefined) {
      if (!sameAnswer(first.reply, reply)) {
        const both = `${JSON.stringify(first.reply)}, then ${JSON.stringify(reply)}`;
        this.contradictions.push(`${verb} ${key} was answered ${both}`);
      }
      return true;
    }
    if (!accepted) {
      this.refused += 1;
      return false;
    }
    this.accepted.set(key, { command, reply });
    if (verb === 'receive') {
      const before = this.received.get(command.pool) ?? 0;
      this.received.set(command.pool, before + command.quantity);
    } else {
      this.#learn(acknowledged(reply));
    }
    return true;
  }

  lost(command: Command): void {
    const { key } = command;
    if (this.accepted.has(key) || this.unknown.has(key)) return;
    this.unknown.set(key, command);
    this.unknowns.all += 1;
  }

  /** Ids of the reservations that were last acknowledged in that state. */
  inState(status: string): string[] {
    const found: string[] = [];
    for (const each of this.reservations.values()) if (each.status === status) found.push(each.id);
    return found;
  }

  /** Units that were sold and not returned, per pool, by the acknowledged answers. */
  sold(): Map<string, number> {
    const sold = new Map<string, number>();
    for (const { lines } of this.reservations.values()) {
      for (const { pool, confirmed = 0, returned = 0 } of lines) {
        sold.set(pool, (sold.get(pool) ?? 0) + confirmed - returned);
      }
    }
    return sold;
  }

  #learn(next: Acknowledged): void {
    const known = this.reservations.get(next.id);
    if (known === undefined || known.version < next.version) this.reservations.set(next.id, next);
    if (known === undefined) return;
    const [before, after] = known.version < next.version ? [known, next] : [next, known];
    if (before.version === after.version || !mayFollow(before.status, after.status)) {
      const both = `${JSON.stringify(before)} and ${JSON.stringify(after)}`;
      this.contradictions.push(`two commands were acknowledged that exclude each other: ${both}`);
    }
  }
}

function sameAnswer(first: Reply, again: Reply): boolean {
  return (
    first.status === again.status &&
    first.version === again.version &&
    isDeepStrictEqual(first.body, again.body)
  );
}

/** Whether a reservation may be in a state after another. */
export function mayFollow(before: string, after: string): boolean {
  return before === 'HELD' || before === after;
}

/** Reads a reservation out of a reply. */
export function acknowledged({ body, version }: Reply): Acknowledged {
  const { id, status, lines, expiresAt } = body as {
    id: string;
    status: string;
    lines: AcknowledgedLine[];
    expiresAt?: string;
  };
  return {
    id,
    status,
    version: version ?? Number.NaN,
    lines,
    expiresAtMs: expiresAt === undefined ? undefined : Date.parse(expiresAt),
  };
}
