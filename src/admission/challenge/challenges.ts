// All kinds of challenges that a server knows. Each solution is good once.

import type { JsonObject } from '../../engines/contract.ts';
import { altchaChallenge } from './altcha-challenge.ts';
import type { ChallengeAsked, ChallengeKind, WhyFailed } from './challenge-kind.ts';
import { MemorySolutions } from './memory-solutions.ts';
import type { UsedSolutions } from './solution-use.ts';

export interface ChallengesOptions {
  secret?: string | undefined;
  /** Beside the built-in one. */
  kinds?: readonly ChallengeKind[] | undefined;
  /** Default: this process alone, from now on. */
  used?: UsedSolutions | undefined;
  /** By the store's clock. */
  nowMs: number;
}

export class Challenges {
  readonly #kinds: ReadonlyMap<string, ChallengeKind>;
  readonly #used: UsedSolutions;

  /** @throws RangeError for two kinds of one name. */
  constructor({ secret, kinds = [], used, nowMs }: ChallengesOptions) {
    const all = [altchaChallenge(secret), ...kinds];
    this.#kinds = new Map(all.map((kind) => [kind.name, kind]));
    this.#used = used ?? new MemorySolutions({ sinceMs: nowMs });
    if (this.#kinds.size < all.length) throw new RangeError('two kinds of challenge have one name');
  }

  get names(): string[] {
    return [...this.#kinds.keys()];
  }

  /** Undefined for a kind that this server does not know. */
  create(asked: ChallengeAsked): JsonObject | Promise<JsonObject> | undefined {
    return this.#kinds.get(asked.terms.kind)?.create(asked);
  }

  /**
   * Why somebody may not go on; undefined where they may, and the solution is used.
   *
   * @param by who asks, and under which key: the same command again is the same use
   */
  async check(solution: string, asked: ChallengeAsked, by: string): Promise<WhyFailed | undefined> {
    const kind = this.#kinds.get(asked.terms.kind);
    if (kind === undefined) return 'unavailable';
    const known = await this.#known(kind.idOf?.(solution), { by, nowMs: asked.nowMs });
    if (known !== 'new') return known;
    const checked = await kind.verify(solution, asked);
    if (!checked.ok) return checked.why;
    const { id, untilMs, madeMs } = checked;
    try {
      return await this.#used.use({ id, by, madeMs, untilMs, nowMs: asked.nowMs });
    } catch {
      return 'unavailable';
    }
  }

  async #known(
    id: string | undefined,
    { by, nowMs }: { by: string; nowMs: number },
  ): Promise<WhyFailed | 'new' | undefined> {
    if (id === undefined) return 'new';
    try {
      const usedBy = await this.#used.usedBy({ id, nowMs });
      if (usedBy === undefined) return 'new';
      return usedBy === by ? undefined : 'used';
    } catch {
      return 'unavailable';
    }
  }
}
