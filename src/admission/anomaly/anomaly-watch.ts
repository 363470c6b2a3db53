// Watches who tries to buy: how often, how often in vain, and as how many different ones, by address, account and
// device. Says how odd somebody is; what follows from that is for others. Its memory has an end.

import type { WhoTries } from '../deny-list/denial-directory.ts';
import { RecentSubjects } from './recent-subjects.ts';
import {
  type Counts,
  pointsOf,
  type Reason,
  reasonsOf,
  type Score,
  type SubjectKind,
} from './score.ts';
import { hashOf } from './sliding-counts.ts';
import { hashOfName, householdName, type Name, shown } from './subject-name.ts';
import type { Subject } from './subject-table.ts';

/** One of those that somebody who tries is known as, and how odd it is. */
export interface Anomaly extends Score {
  kind: SubjectKind;
  value: string;
}

const KINDS: readonly SubjectKind[] = ['address', 'account', 'device'];

export class AnomalyWatch {
  readonly #nowMs: () => number;
  readonly #subjects: Record<SubjectKind, RecentSubjects>;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    const made = () => new RecentSubjects(nowMs());
    this.#subjects = { address: made(), account: made(), device: made() };
  }

  /** Takes note of an attempt, and says how odd it is, if it is. */
  attempted(who: WhoTries): Anomaly | undefined {
    const nowMs = this.#nowMs();
    const address = ofAddress(who);
    const account = who.account === undefined ? undefined : known('account', who.account);
    let worst = this.#note(undefined, address, nowMs, account?.hash);
    if (account !== undefined) worst = this.#note(worst, account, nowMs, address.hash);
    if (who.device === undefined) return worst;
    return this.#note(worst, known('device', who.device), nowMs, account?.hash);
  }

  #note(
    worst: Anomaly | undefined,
    subject: Known,
    nowMs: number,
    other: number | undefined,
  ): Anomaly | undefined {
    const seen = this.#subjects[subject.kind].attempted(subject, nowMs, other);
    return odder(worst, subject, seen);
  }

  /** It was turned away, for what whoever buys as a person seldom meets. */
  refused(who: WhoTries): void {
    const nowMs = this.#nowMs();
    for (const subject of knownAs(who)) this.#subjects[subject.kind].known(subject)?.refused(nowMs);
  }

  /** The oddest of what somebody is known as; undefined where nothing is odd. */
  look(who: WhoTries): Anomaly | undefined {
    const nowMs = this.#nowMs();
    let worst: Anomaly | undefined;
    for (const subject of knownAs(who)) {
      const counts = this.#subjects[subject.kind].known(subject);
      if (counts !== undefined) worst = odder(worst, subject, counts.seen(nowMs));
    }
    return worst;
  }

  /** The oddest of all, the oddest first. */
  highest(limit: number): Anomaly[] {
    const nowMs = this.#nowMs();
    const found: Anomaly[] = [];
    for (const kind of KINDS) {
      for (const [name, counts] of this.#subjects[kind].all()) {
        const odd = odder(undefined, { kind, name }, counts.seen(nowMs));
        if (odd !== undefined) found.push(odd);
      }
    }
    const highest = found.sort((one, other) => other.score - one.score).slice(0, limit);
    return highest.map(({ kind, value, score, reasons }) => ({ kind, value, score, reasons }));
  }

  /** How many it knows of. */
  get size(): number {
    return KINDS.reduce((sum, kind) => sum + this.#subjects[kind].size, 0);
  }
}

interface Named {
  kind: SubjectKind;
  name: Name;
}

type Known = Named & Subject;

function ofAddress({ address }: WhoTries): Known {
  const name = householdName(address);
  return { kind: 'address', name, hash: hashOfName(name) };
}

function known(kind: 'account' | 'device', name: string): Known {
  return { kind, name, hash: hashOf(name) };
}

/** The address first. */
function knownAs(who: WhoTries): Known[] {
  const subjects = [ofAddress(who)];
  if (who.account !== undefined) subjects.push(known('account', who.account));
  if (who.device !== undefined) subjects.push(known('device', who.device));
  return subjects;
}

function odder(worst: Anomaly | undefined, named: Named, seen: Counts): Anomaly | undefined {
  const score = pointsOf(named.kind, seen);
  return score > (worst?.score ?? 0) ? new OddOne(named, score, seen) : worst;
}

/** Says who it is and why only where somebody wants to know. */
class OddOne implements Anomaly {
  readonly kind: SubjectKind;
  readonly score: number;
  readonly #name: Name;
  readonly #seen: Counts;

  constructor({ kind, name }: Named, score: number, seen: Counts) {
    this.kind = kind;
    this.score = score;
    this.#name = name;
    this.#seen = seen;
  }

  get value(): string {
    return shown(this.#name);
  }

  get reasons(): Reason[] {
    return reasonsOf(this.kind, this.#seen);
  }
}
