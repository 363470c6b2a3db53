// Makes the attempts at batches whose rows stand at home and in parts: which parts each needs, and a
// connection to every one. What an attempt does is its own.

import { randomUUID } from 'node:crypto';
import type { Applied } from '../../kernel/apply.ts';
import type { ClockReading } from '../contract.ts';
import { type Asked, beginWithin } from '../postgres/attempt.ts';
import type { Connections } from '../postgres/connections.ts';
import type { Undone } from '../postgres/decision.ts';
import { Loading } from '../postgres/loading.ts';
import { type CommitStatements, commitStatements } from '../postgres/statements.ts';
import { touchedBy } from '../postgres/touched.ts';
import { Branch, STATEMENT_MAX_MS } from './branch.ts';
import type { Decisions } from './decisions.ts';
import { PartTime } from './part-time.ts';
import type { Parts } from './parts.ts';
import { SpreadAttempt } from './spread-attempt.ts';

/** While a part is waited for home's locks are held, so that it must answer sooner than home itself. */
const HOME = { lockMs: 100, statementMs: 8_000 };
const PART = { lockMs: 100, statementMs: STATEMENT_MAX_MS };

export interface SpreadOptions {
  parts: Parts;
  decisions: Decisions;
  now(): ClockReading;
  statements: CommitStatements;
  loading: Loading;
  /** How transactions are begun. */
  begin: { home: string; part: string };
}

interface Home {
  connections: Connections;
  schema: string;
}

export class SpreadAttempts {
  readonly #connections: Connections;
  readonly #options: SpreadOptions;

  constructor(home: Home, options: Pick<SpreadOptions, 'parts' | 'decisions' | 'now'>) {
    const statements = commitStatements(home.schema);
    this.#connections = home.connections;
    this.#options = {
      ...options,
      ...{ statements, loading: new Loading(statements) },
      begin: { home: beginWithin(HOME), part: beginWithin(PART) },
    };
  }

  run(asked: Asked): Promise<Applied | Undone> {
    const all = touchedBy(asked.batch, asked.missed);
    const { own, elsewhere } = this.#options.parts.split(all.owners);
    const id = randomUUID();
    const time = new PartTime();
    const branches = elsewhere.map(([part, owners]) => new Branch(part, owners, { id, time }));
    const touched = { ...all, owners: own };
    // Parts first: that one cannot be reached is known before anything is locked.
    return within(branches, () =>
      this.#connections.with((connection) => {
        const attempt = { connection, branches, time, touched, id, asked };
        return new SpreadAttempt(this.#options, attempt).run();
      }),
    );
  }
}

function within<T>([first, ...others]: readonly Branch[], use: () => Promise<T>): Promise<T> {
  return first === undefined ? use() : first.within(() => within(others, use));
}
