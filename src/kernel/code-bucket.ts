// Imported codes as they are kept: by their hash alone, a few hundred to a document, each document for
// the hashes that begin alike. How many a campaign has stands in an account, which their documents claim.

import type { Claim, Document, Floor, Move } from '../engines/contract.ts';
import { BALANCE_MAX, limitAccounts } from './accounts.ts';
import { type Plan, planned } from './plan.ts';

/** 4,096 documents: a million codes are 244 in each, and 16 characters of hash for each of them. */
const BUCKET_CHARS = 3;
const KEPT_CHARS = 16;

/** A code's hash as text: 3 hexadecimal digits say where it is kept, the others what is kept. */
export interface CodeHash {
  bucket: string;
  kept: string;
}

interface BucketData {
  /** Hashes of each campaign's codes, one behind the other. */
  codes: Record<string, string>;
}

export function bucketId(bucket: string): string {
  return `codes:${bucket}`;
}

export function codeHash(hex: string): CodeHash {
  return { bucket: hex.slice(0, BUCKET_CHARS), kept: hex.slice(BUCKET_CHARS).slice(0, KEPT_CHARS) };
}

/** Counts a campaign's imported codes: so many were taken from it. */
export function importedAccounts(campaign: string) {
  return limitAccounts(`+codes.${campaign}`, '');
}

/** The campaign that a code belongs to. */
export function campaignWith(document: Document | undefined, kept: string): string | undefined {
  for (const [campaign, hashes] of Object.entries(codesOf(document))) {
    if (has(hashes, kept)) return campaign;
  }
  return undefined;
}

/** Adds codes to a bucket; none of them is in it. */
export function addCodes(
  found: Document | undefined,
  { bucket, campaign, added }: { bucket: string; campaign: string; added: readonly string[] },
): Plan {
  const id = bucketId(bucket);
  const codes = { ...codesOf(found) };
  codes[campaign] = (codes[campaign] ?? '') + added.join('');
  const { used, granted } = importedAccounts(campaign);
  const floors: Floor[] = [{ account: used, floor: -BALANCE_MAX }];
  const moves: Move[] = [{ legs: [{ from: used, to: granted }], quantity: added.length }];
  return planned({
    guards: [found ? { document: id, version: found.version } : { document: id, absent: true }],
    floors,
    moves,
    writes: [{ id, kind: 'codes', state: 'OPEN', data: { codes }, claims: claimsOf(codes) }],
    events: [{ type: 'codes.imported', subject: `campaign:${campaign}` }],
  });
}

function claimsOf(codes: BucketData['codes']): Claim[] {
  return Object.entries(codes).map(([campaign, hashes]) => {
    const { used, granted } = importedAccounts(campaign);
    return { account: granted, undo: used, quantity: hashes.length / KEPT_CHARS };
  });
}

function codesOf(document: Document | undefined): BucketData['codes'] {
  return (document?.data as unknown as BucketData | undefined)?.codes ?? {};
}

function has(hashes: string, kept: string): boolean {
  for (let at = hashes.indexOf(kept); at >= 0; at = hashes.indexOf(kept, at + 1)) {
    if (at % KEPT_CHARS === 0) return true;
  }
  return false;
}
