// A few sales with somebody killed in the middle, on Redis with its record.

import { fewRounds } from './few-rounds.ts';

fewRounds('redis');
