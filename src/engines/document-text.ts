// A document as text: a JSON array of its fields in a fixed order, the id first. Half as long as an
// object with its field names, and read and written in half the time. The journal, the tables and
// fast memory keep documents in this form.

import { isOwnedBy, ownerOf } from '../kernel/accounts.ts';
import { ByteWriter } from './byte-writer.ts';
import type { AccountId, Claim, Destination, Document, JsonObject, PoolId } from './contract.ts';
import { accountAfter, numberOf, writeAccountAfter } from './short-names.ts';

const FINAL = 1;
export const TENTATIVE = 2;
/** Where the deadline and the flags stand. */
export const DEADLINE_AT = 6;
export const FLAGS_AT = 7;

/** A destination is an account, or the one pool of a list: where its released units belong. */
type DestinationText = AccountId | [PoolId];
/** In short after the claim's account (short-names.ts); a list of none has the pool whose account that is. */
type UndoText = DestinationText | [];

type DocumentArray = [
  id: string,
  kind: string,
  version: number,
  state: string,
  createdAtMs: number,
  updatedAtMs: number,
  deadlineMs: number | null,
  flags: number,
  claims: [AccountId, UndoText, number][],
  data: JsonObject,
  buyer?: string | null,
  reference?: string | null,
  /** A number is that of a claim: the owner of its account. */
  owners?: (string | number)[] | null,
  releaseTo?: DestinationText | null,
  frees?: AccountId[],
];

/** Writes a document as text. Names of pools and accounts need no escapes (see kernel/accounts.ts). */
export function writeDocument(out: ByteWriter, document: Document): void {
  out.open();
  out.quoted(document.id);
  out.comma();
  out.quoted(document.kind);
  out.comma();
  out.number(document.version);
  out.comma();
  out.quoted(document.state);
  out.comma();
  out.number(document.createdAtMs);
  out.comma();
  out.number(document.updatedAtMs);
  out.comma();
  if (document.deadlineMs === undefined) out.text('null');
  else out.number(document.deadlineMs);
  out.comma();
  const final = document.final === true ? FINAL : 0;
  out.number(final + (document.tentative === true ? TENTATIVE : 0));
  out.comma();
  writeClaims(out, document.claims);
  out.comma();
  out.json(document.data);
  writeOptional(out, document);
  out.close();
}

function writeClaims(out: ByteWriter, claims: readonly Claim[]): void {
  out.open();
  for (let index = 0; index < claims.length; index += 1) {
    const { account, undo, quantity } = claims[index]!;
    if (index > 0) out.comma();
    out.open();
    out.name(account);
    out.comma();
    writeUndo(out, account, undo);
    out.comma();
    out.number(quantity);
    out.close();
  }
  out.close();
}

function writeUndo(out: ByteWriter, account: AccountId, undo: Destination): void {
  if (typeof undo === 'string') writeAccountAfter(out, account, undo);
  else if (isOwnedBy(account, undo.release)) out.text('[]');
  else writeDestination(out, undo);
}

/** The fields that many documents have not: as many as there are, null where one before is missing. */
function writeOptional(out: ByteWriter, document: Document): void {
  const { buyer, reference, owners, releaseTo, frees } = document;
  let count = 0;
  if (frees !== undefined) count = 5;
  else if (releaseTo !== undefined) count = 4;
  else if (owners !== undefined) count = 3;
  else if (reference !== undefined) count = 2;
  else if (buyer !== undefined) count = 1;
  if (count >= 1) writeField(out, buyer);
  if (count >= 2) writeField(out, reference);
  if (count >= 3) writeOwners(out, owners, document.claims);
  if (count >= 4) writeField(out, releaseTo);
  if (count >= 5) writeField(out, frees);
}

function writeOwners(
  out: ByteWriter,
  owners: readonly string[] | undefined,
  claims: readonly Claim[],
): void {
  out.comma();
  if (owners === undefined) {
    out.text('null');
    return;
  }
  const account = (index: number) => claims[index]!.account;
  out.open();
  let start = 0;
  for (let index = 0; index < owners.length; index += 1) {
    if (index > 0) out.comma();
    const owner = owners[index]!;
    const claim = numberOf(owner, claims.length, { start, account });
    if (claim < 0) out.name(owner);
    else {
      out.number(claim);
      start = claim + 1;
    }
  }
  out.close();
}

function writeField(out: ByteWriter, field: string | string[] | Destination | undefined): void {
  out.comma();
  if (field === undefined) out.text('null');
  else if (typeof field === 'string') out.quoted(field);
  else if (Array.isArray(field)) writeNames(out, field);
  else writeDestination(out, field);
}

function writeNames(out: ByteWriter, names: readonly string[]): void {
  out.open();
  for (let index = 0; index < names.length; index += 1) {
    if (index > 0) out.comma();
    out.name(names[index]!);
  }
  out.close();
}

function writeDestination(out: ByteWriter, to: Destination): void {
  if (typeof to === 'string') {
    out.name(to);
    return;
  }
  out.open();
  out.name(to.release);
  out.close();
}

/** A document's text. */
export function encodeDocument(document: Document): string {
  const out = new ByteWriter(1_024);
  writeDocument(out, document);
  return out.bytes.toString('utf8', 0, out.length);
}

/** Reads a document; throws SyntaxError when the text is none. */
export function decodeDocument(text: string): Document {
  return documentOf(JSON.parse(text) as DocumentArray);
}

export function documentOf(fields: DocumentArray): Document {
  const flags = fields[7];
  const claims = fields[8];
  const document: Document = {
    id: fields[0],
    kind: fields[1],
    version: fields[2],
    state: fields[3],
    createdAtMs: fields[4],
    updatedAtMs: fields[5],
    claims: claims.map(claimOf),
    data: fields[9],
  };
  const deadlineMs = fields[6];
  if (deadlineMs !== null) document.deadlineMs = deadlineMs;
  if ((flags & FINAL) !== 0) document.final = true;
  if ((flags & TENTATIVE) !== 0) document.tentative = true;
  if (fields.length > 10) setOptional(document, fields);
  return document;
}

function setOptional(document: Document, fields: DocumentArray): void {
  const [buyer, reference, owners, releaseTo, frees] = [
    fields[10],
    fields[11],
    fields[12],
    fields[13],
    fields[14],
  ];
  if (typeof buyer === 'string') document.buyer = buyer;
  if (typeof reference === 'string') document.reference = reference;
  if (owners !== undefined && owners !== null) {
    document.owners = owners.map((owner) =>
      typeof owner === 'number' ? ownerOf(document.claims[owner]!.account) : owner,
    );
  }
  if (releaseTo !== undefined && releaseTo !== null) document.releaseTo = destinationOf(releaseTo);
  if (frees !== undefined) document.frees = frees;
}

function claimOf([account, undo, quantity]: [AccountId, UndoText, number]): Claim {
  return { account, undo: undoOf(account, undo), quantity };
}

function undoOf(account: AccountId, undo: UndoText): Destination {
  if (typeof undo === 'string') return accountAfter(account, undo);
  return { release: undo[0] ?? ownerOf(account) };
}

function destinationOf(text: DestinationText): Destination {
  return typeof text === 'string' ? text : { release: text[0] };
}
