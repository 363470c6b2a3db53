// What a server asks of whoever keeps which solutions were used. Types only.

export interface SolutionUse {
  id: string;
  /** Who asks, and under which key: the same may use it again, for one answer. */
  by: string;
  /** When the challenge was made, where its kind knows. All by the store's clock. */
  madeMs: number | undefined;
  untilMs: number;
  nowMs: number;
}

export interface UsedSolutions {
  /**
   * Who used a solution; undefined where nobody has, or its time is over.
   *
   * @throws HoldfastError `unavailable`: it cannot be told at present
   */
  usedBy(use: Pick<SolutionUse, 'id' | 'nowMs'>): string | undefined | Promise<string | undefined>;
  /**
   * Uses a solution; says why not, where that may not be. `expired`: it is from before what is remembered here.
   *
   * @throws HoldfastError `unavailable`: it cannot be told at present
   */
  use(use: SolutionUse): Why | Promise<Why>;
}

type Why = 'used' | 'expired' | undefined;
