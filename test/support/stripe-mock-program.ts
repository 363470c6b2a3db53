// Where the program stripe-mock is, and how to get it. Starts nothing.

import { goProgram } from './go-program.ts';

export const STRIPE_MOCK = goProgram({
  name: 'stripe-mock',
  module: 'github.com/stripe/stripe-mock',
  version: 'v0.203.0',
  buildMaxMs: 300_000,
});
