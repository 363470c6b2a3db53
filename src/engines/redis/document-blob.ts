// A document as Redis keeps it: what the script reads and writes of it first, then what only callers read.
// The one place that knows the order of both.

import { filedUnder } from '../../kernel/accounts.ts';
import type { ByteWriter } from '../byte-writer.ts';
import type {
  AccountId,
  Claim,
  Destination,
  Document,
  DocumentId,
  DocumentWrite,
  JsonObject,
  Move,
  MoveClaim,
  PoolId,
} from '../contract.ts';
import { PackReader } from './pack-reader.ts';
import type { PackWriter } from './pack-writer.ts';

export const FINAL = 1;
export const TENTATIVE = 2;
const NO_MOVES: readonly Move[] = [];
const NO_CLAIMS: readonly (Claim | MoveClaim)[] = [];

type DestinationText = AccountId | [PoolId];

/** Claims whose account and quantity are filled in have neither. */
type ClaimText = [undo: DestinationText, account?: AccountId, quantity?: number];

type BodyText = [
  kind: string,
  claims: ClaimText[],
  data: JsonObject,
  buyer?: string | null,
  reference?: string | null,
  owners?: string[] | null,
  frees?: AccountId[],
];

export function flagsOf({ final, tentative }: Pick<DocumentWrite, 'final' | 'tentative'>): number {
  return (final === true ? FINAL : 0) + (tentative === true ? TENTATIVE : 0);
}

export function isByMove(claim: Claim | MoveClaim): claim is MoveClaim {
  return 'move' in claim;
}

/** Whether only the commit knows account or quantity of a claim: of a partial move, or of a release. */
export function isFilledIn(claim: Claim | MoveClaim, moves = NO_MOVES): claim is MoveClaim {
  if (!isByMove(claim)) return false;
  const { legs, quantityMin } = moves[claim.move]!;
  return quantityMin !== undefined || typeof legs[claim.leg]!.to !== 'string';
}

/** What the caller knows of a document before it is committed. */
export function writeBlob(out: PackWriter, write: DocumentWrite, moves = NO_MOVES): void {
  const { state, releaseTo, claims = NO_CLAIMS, frees } = write;
  const start = out.begin();
  out.text(state);
  out.number(flagsOf(write));
  out.text(releaseTo === undefined ? '' : releaseText(releaseTo));
  out.text(isFiled(write) ? keysText(claims, frees) : '');
  writeBody(out.bytes, write, moves);
  out.end(start);
}

/** Whether indexes know it. */
export function isFiled({ deadline, tentative }: DocumentWrite): boolean {
  return deadline !== undefined || tentative === true;
}

function releaseText(to: Destination): string {
  return typeof to === 'string' ? `=${to}` : `>${to.release}`;
}

/** More than are filed, where a claim turns out to be on nothing: taking out what is not there is harmless. */
function keysText(claims: readonly (Claim | MoveClaim)[], frees: readonly AccountId[] = []) {
  if (claims.length === 1 && frees.length === 0) return filedUnder(claims[0]!.undo);
  return [...new Set([...claims.map(({ undo }) => filedUnder(undo)), ...frees])].join('\n');
}

function writeBody(out: ByteWriter, write: DocumentWrite, moves: readonly Move[]): void {
  const { kind, data, claims = NO_CLAIMS } = write;
  out.open();
  out.quoted(kind);
  out.comma();
  out.open();
  for (let index = 0; index < claims.length; index += 1) {
    if (index > 0) out.comma();
    writeClaim(out, claims[index]!, moves);
  }
  out.close();
  out.comma();
  out.json(data);
  writeOptional(out, write);
  out.close();
}

function writeClaim(out: ByteWriter, claim: Claim | MoveClaim, moves: readonly Move[]): void {
  out.open();
  if (typeof claim.undo === 'string') out.name(claim.undo);
  else {
    out.open();
    out.name(claim.undo.release);
    out.close();
  }
  if (!isFilledIn(claim, moves)) {
    const known = isByMove(claim) ? knownOf(claim, moves) : claim;
    out.comma();
    out.name(known.account);
    out.comma();
    out.number(known.quantity);
  }
  out.close();
}

function knownOf({ move, leg }: MoveClaim, moves: readonly Move[]) {
  const { legs, quantity } = moves[move]!;
  return { account: legs[leg]!.to as AccountId, quantity };
}

/** As many as there are, null where one before is missing. */
function writeOptional(out: ByteWriter, { buyer, reference, owners, frees }: DocumentWrite): void {
  const fields = [buyer, reference, owners, frees];
  let count = fields.length;
  while (count > 0 && fields[count - 1] === undefined) count -= 1;
  for (let index = 0; index < count; index += 1) {
    out.comma();
    out.json(fields[index] ?? null);
  }
}

/** The rest of a document's text: what only callers read. */
export interface Blob {
  state: string;
  flags: number;
  release: string;
  body: BodyText;
}

export function readBlob(bytes: Buffer): Blob {
  return blobOf(new PackReader(bytes));
}

function blobOf(reader: PackReader): Blob {
  const [state, flags, release] = [reader.text(), reader.number(), reader.text()];
  reader.text();
  return { state, flags, release, body: JSON.parse(reader.rest().toString('utf8')) as BodyText };
}

/** A document as it stands in Redis. */
export function readDocument(id: DocumentId, value: Buffer): Document {
  const reader = new PackReader(value);
  const [version, createdAtMs, updatedAtMs] = [reader.number(), reader.number(), reader.number()];
  const deadlineMs = reader.number();
  const filled = new PackReader(reader.bytes());
  const blob = blobOf(reader);
  const document: Document = {
    id,
    kind: blob.body[0],
    version,
    state: blob.state,
    createdAtMs,
    updatedAtMs,
    claims: blob.body[1].map(([undo, account, quantity]) => ({
      account: account ?? filled.text(),
      undo: destinationOf(undo),
      quantity: quantity ?? filled.number(),
    })),
    data: blob.body[2],
  };
  const { releaseTo, ...found } = lookUpFields(blob);
  Object.assign(document, found);
  if (releaseTo !== undefined) document.releaseTo = releaseTo;
  if (deadlineMs >= 0) document.deadlineMs = deadlineMs;
  if ((blob.flags & FINAL) !== 0) document.final = true;
  if ((blob.flags & TENTATIVE) !== 0) document.tentative = true;
  return document;
}

/** What a write of the contract says beside state, claims and data. */
export function lookUpFields({ release, body }: Blob) {
  const [, , , buyer, reference, owners, frees] = body;
  return {
    ...(typeof buyer === 'string' ? { buyer } : {}),
    ...(typeof reference === 'string' ? { reference } : {}),
    ...(Array.isArray(owners) ? { owners } : {}),
    ...(frees === undefined ? {} : { frees }),
    ...(release === '' ? {} : { releaseTo: releaseOf(release) }),
  };
}

function releaseOf(text: string): Destination {
  const to = text.slice(1);
  return text.startsWith('=') ? to : { release: to };
}

export function destinationOf(text: DestinationText): Destination {
  return typeof text === 'string' ? text : { release: text[0] };
}
