// All that the suite asks of an engine, in the order in which it is asked: a file per behaviour. One
// that is not on this list is never asked for.

import { balancesAt } from './balances-at.ts';
import type { Behaviour } from './behaviour.ts';
import { clock } from './clock.ts';
import { deadlines } from './deadlines.ts';
import { documentGuards } from './document-guards.ts';
import { documentWrites } from './document-writes.ts';
import { dueClaims } from './due-claims.ts';
import { dueDocuments } from './due-documents.ts';
import { find } from './find.ts';
import { floors } from './floors.ts';
import { freshDocuments } from './fresh-documents.ts';
import { journal } from './journal.ts';
import { moves } from './moves.ts';
import { numbers } from './numbers.ts';
import { oddNames } from './odd-names.ts';
import { operators } from './operators.ts';
import { partialMoves } from './partial-moves.ts';
import { pools } from './pools.ts';
import { refusalNow } from './refusal-now.ts';
import { releases } from './releases.ts';
import { requestIdentity } from './request-identity.ts';
import { restart } from './restart.ts';
import { seqGuards } from './seq-guards.ts';
import { shortIds } from './short-ids.ts';
import { tentative } from './tentative.ts';

export const BEHAVIOURS: readonly Behaviour[] = [
  requestIdentity,
  documentGuards,
  seqGuards,
  floors,
  moves,
  partialMoves,
  refusalNow,
  releases,
  documentWrites,
  freshDocuments,
  deadlines,
  dueClaims,
  tentative,
  dueDocuments,
  numbers,
  journal,
  find,
  pools,
  balancesAt,
  clock,
  oddNames,
  shortIds,
  operators,
  restart,
];
