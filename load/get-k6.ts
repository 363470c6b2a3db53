// Gets k6 where it is not there yet: built by Go at the version that test/support/k6-program.ts pins, into a folder of
// this checkout. Exit code 1 where it cannot be had.
//   node load/get-k6.ts

import { provide } from '../test/support/needs.ts';

process.exitCode = provide(['k6']).length === 0 ? 0 : 1;
