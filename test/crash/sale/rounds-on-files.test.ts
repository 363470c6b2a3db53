// A few sales with somebody killed in the middle, on files.

import { fewRounds } from './few-rounds.ts';

fewRounds('sqlite');
