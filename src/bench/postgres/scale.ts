// How large `bench postgres` is: as asked, quick, and as small as a test wants it. Sizes only.

export interface PostgresScale {
  /** Reservations in the tables, the product's and those beside it, before anything is measured. */
  rows: number;
  /** Callers of the engine, in its process. */
  callers: number;
  /** Connections over HTTP, shared out over the servers. */
  connections: number;
  /** Server processes of `postgres.http.hot.4`. */
  servers: number;
  slices: number;
  sliceMs: number;
}

export const POSTGRES_FULL: PostgresScale = {
  rows: 1_000_000,
  callers: 1_000,
  connections: 1_000,
  servers: 4,
  slices: 5,
  sliceMs: 3_000,
};

export const POSTGRES_QUICK: PostgresScale = {
  ...POSTGRES_FULL,
  rows: 50_000,
  slices: 2,
  sliceMs: 800,
};
