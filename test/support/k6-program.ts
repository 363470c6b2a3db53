// Where the program k6 is, and how to get it. Starts nothing.

import { goProgram } from './go-program.ts';

export const K6 = goProgram({
  name: 'k6',
  module: 'go.k6.io/k6',
  version: 'v1.8.1',
  // Three minutes of a processor; the first time it fetches 300 modules besides.
  buildMaxMs: 1_200_000,
  // One package at a time: compilers side by side take gigabytes.
  flags: '-p=1',
});
