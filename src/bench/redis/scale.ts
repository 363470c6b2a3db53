// How large `bench redis` is: as asked, quick, and as small as a test wants it. Sizes only.

export interface RedisScale {
  /** Live reservations in the store before anything is measured. */
  rows: number;
  pools: number;
  buyers: number;
  /** Callers of the engine, in its process. */
  callers: number;
  /** Connections over HTTP. */
  connections: number;
  slices: number;
  sliceMs: number;
  /** How many reservations a second the recorder is given, and for how long. */
  recordedPerSecond: number;
  recordedMs: number;
}

export const REDIS_FULL: RedisScale = {
  rows: 200_000,
  pools: 1_000,
  buyers: 1_000_000,
  callers: 1_000,
  connections: 64,
  slices: 5,
  sliceMs: 4_000,
  recordedPerSecond: 10_000,
  recordedMs: 300_000,
};

export const REDIS_QUICK: RedisScale = {
  ...REDIS_FULL,
  rows: 20_000,
  slices: 2,
  sliceMs: 800,
  recordedMs: 4_000,
};

export const REDIS_SMALLEST: RedisScale = {
  rows: 50,
  pools: 5,
  buyers: 1_000,
  callers: 16,
  connections: 8,
  slices: 1,
  sliceMs: 150,
  recordedPerSecond: 200,
  recordedMs: 400,
};
