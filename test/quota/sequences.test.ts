// A centre and two nodes, a network that loses, delays and repeats, nodes that die, a clock that runs
// slow: in many sequences nothing is sold twice and nobody is told what is not so.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { checkNodes } from './sequences.ts';

const RUNS = 150;

it(`${RUNS} sequences over a centre and its nodes`, () => assert.doesNotReject(checkNodes(RUNS)));
