// How large the benchmarks over HTTP are: as asked, quick, and as small as a test wants them. Sizes
// only; what is done with them stands in http.ts and storm.ts.

export interface HttpScale {
  pools: number;
  /** Live reservations that the store holds before anything is measured. */
  live: number;
  /** Buyers, and request keys, are drawn at random from so many. */
  buyers: number;
  connections: number;
  /** Connections of `http.reserve.1000`. */
  crowd: number;
  /** Callers of `http.client-batch`. */
  callers: number;
  slices: number;
  sliceMs: number;
  yardstickMs: number;
  halfLoadMs: number;
}

export const HTTP_FULL: HttpScale = {
  pools: 1_000,
  live: 1_000_000,
  buyers: 1_000_000,
  connections: 64,
  crowd: 1_000,
  callers: 2_000,
  slices: 6,
  sliceMs: 4_000,
  yardstickMs: 2_500,
  halfLoadMs: 30_000,
};

export const HTTP_QUICK: HttpScale = {
  ...HTTP_FULL,
  live: 50_000,
  slices: 3,
  sliceMs: 800,
  yardstickMs: 500,
  halfLoadMs: 2_500,
};

export const HTTP_SMALLEST: HttpScale = {
  pools: 5,
  live: 500,
  buyers: 1_000,
  connections: 8,
  crowd: 32,
  callers: 50,
  slices: 1,
  sliceMs: 150,
  yardstickMs: 100,
  halfLoadMs: 200,
};

export interface StormScale {
  pools: number;
  /** Reservations that fall due at the same moment. */
  due: number;
  /** Reservations that stay. */
  staying: number;
  buyers: number;
  connections: number;
  /** The live load, before and during the storm. */
  reservesPerSecond: number;
  /** How long the load is measured before the storm, at least. */
  calmMs: number;
  /** How long the storm may take before it is given up. */
  stormMsMax: number;
}

export const STORM_FULL: StormScale = {
  pools: 100,
  due: 1_000_000,
  staying: 50_000,
  buyers: 1_000_000,
  connections: 64,
  reservesPerSecond: 5_000,
  calmMs: 20_000,
  stormMsMax: 600_000,
};

export const STORM_QUICK: StormScale = {
  ...STORM_FULL,
  due: 50_000,
  staying: 10_000,
  calmMs: 3_000,
  stormMsMax: 20_000,
};

export const STORM_SMALLEST: StormScale = {
  pools: 5,
  due: 1_000,
  staying: 200,
  buyers: 1_000,
  connections: 8,
  reservesPerSecond: 500,
  calmMs: 300,
  stormMsMax: 20_000,
};
