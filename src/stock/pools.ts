// The verbs of pools: created and changed, units that come in, get lost and change place. Whether a pool is
// sold in segments makes no difference to who asks.

import type { Decided, Engine, Guard } from '../engines/contract.ts';
import { poolDocumentId } from '../kernel/accounts.ts';
import * as check from '../kernel/check-command.ts';
import type * as commands from '../kernel/commands.ts';
import { textFingerprint } from '../kernel/fingerprint.ts';
import { type Plan, planned } from '../kernel/plan.ts';
import { refuse } from '../kernel/refusals.ts';
import { adjustSegments, receiveInSegments, transferSegments } from '../kernel/segmented-pool.ts';
import { partsOf } from '../kernel/segments.ts';
import { adjust, putPool, receive, transfer, wrongTransfer } from '../kernel/stock-moves.ts';
import type { Answer, CallOptions } from '../stock.ts';
import type { Asking, Work } from './attempt.ts';
import type { StockParts } from './parts.ts';
import { viewMoved, viewPoolEntry } from './pool-view.ts';
import type { SegmentDirectory } from './segment-directory.ts';
import type { WholePools } from './whole-pools.ts';

export interface PoolParts {
  engine: Engine;
  segments: SegmentDirectory;
  whole: WholePools;
  run: StockParts['run'];
}

type Asked = readonly [verb: string, command: { pool: string } | { from: string }];

export class Pools {
  readonly #parts: PoolParts;

  constructor(parts: PoolParts) {
    this.#parts = parts;
  }

  async put(command: commands.PutPoolCommand, options: CallOptions) {
    const wrong = check.checkPutPool(command);
    if (wrong) return wrong;
    const { engine, whole } = this.#parts;
    const { pool, home: homeId = pool, segments } = command;
    const ids = [pool, homeId].map(poolDocumentId);
    return this.#run(options, ['put-pool', command], {
      plan: async () => {
        const [found, home] = await engine.documents(ids);
        if (found === undefined || segments === undefined) return putPool({ found, home }, command);
        const [state] = await whole.owners([pool]);
        const available = state?.accounts.available?.balance;
        return putPool({ found, home, available }, command);
      },
      value: (entry: Decided) => viewPoolEntry(entry, pool),
    });
  }

  async receive(command: commands.ReceiveCommand, options: CallOptions) {
    const wrong = check.checkReceive(command);
    if (wrong) return wrong;
    const { pool } = command;
    return this.#run(options, ['receive', command], {
      plan: (asking) => {
        const segments = this.#parts.segments.of(pool);
        if (segments === undefined) return planned(receive(command));
        return planned(receiveInSegments(command, segments, startOf(asking)));
      },
      value: (entry: Decided) => viewMoved(entry, pool),
    });
  }

  async adjust(command: commands.AdjustCommand, options: CallOptions) {
    const wrong = check.checkAdjust(command);
    if (wrong) return wrong;
    const { pool } = command;
    return this.#run(options, ['adjust', command], {
      plan: (asking) => {
        const segments = this.#parts.segments.of(pool);
        if (segments === undefined) return planned(adjust(command));
        return planned(adjustSegments(command, segments, startOf(asking)));
      },
      value: (entry: Decided) => viewMoved(entry, pool),
    });
  }

  async transfer(command: commands.TransferCommand, options: CallOptions) {
    const wrong = check.checkTransfer(command);
    if (wrong) return wrong;
    const { engine, segments } = this.#parts;
    return this.#run(options, ['transfer', command], {
      plan: async (asking) => {
        const ids = [poolDocumentId(command.from), poolDocumentId(command.to)];
        const [from, to] = await engine.documents(ids);
        segments.learn(from);
        segments.learn(to);
        const sides = { from: segments.of(command.from), to: segments.of(command.to) };
        if (sides.from === undefined && sides.to === undefined) {
          return transfer(command, { from, to });
        }
        const unequal = wrongTransfer(command, { from, to });
        if (unequal !== undefined) return unequal;
        return planned(transferSegments(command, { ...sides, start: startOf(asking) }));
      },
      value: (entry: Decided) => viewMoved(entry, command.from),
    });
  }

  async #run<T>(
    options: CallOptions,
    asked: Asked,
    work: Pick<Work<T>, 'plan' | 'value'>,
  ): Promise<Answer<T>> {
    const { run, whole } = this.#parts;
    const { ifMatch } = options;
    if (ifMatch === undefined) return run('finish', options, asked, work);
    const pool = 'pool' in asked[1] ? asked[1].pool : asked[1].from;
    if ((await whole.know(pool)) === undefined) {
      return run('finish', options, asked, { ...work, ifMatch: { owner: pool, seq: ifMatch } });
    }
    const plan = async (asking: Asking) => this.#asSeen(await work.plan(asking), pool, ifMatch);
    return run('finish', options, asked, { ...work, plan });
  }

  /** The number of a segmented pool is that of all its parts: none of them may have changed. */
  async #asSeen(plan: Plan, pool: string, ifMatch: number): Promise<Plan> {
    if (!plan.ok) return plan;
    const { engine, segments } = this.#parts;
    const parts = partsOf(segments.of(pool)!);
    const states = await engine.owners(parts);
    const seqs = states.map((state) => state?.seq ?? 0);
    const found = seqs.reduce((sum, seq) => sum + seq, 0);
    if (found !== ifMatch) return refuse('stale-version', { owner: pool, seq: ifMatch, found });
    const unchanged: Guard[] = parts.map((owner, index) => ({ owner, seq: seqs[index]! }));
    const { transaction } = plan;
    return planned({ ...transaction, guards: [...unchanged, ...(transaction.guards ?? [])] });
  }
}

/** Which segment gets more than the others: not always the same. */
function startOf({ key }: Asking): number {
  return key === undefined ? 0 : textFingerprint(key);
}
