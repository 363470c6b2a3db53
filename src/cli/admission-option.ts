// The options about what stands before the sales: where servers share it, and the secret that they sign with.
// HOLDFAST_ADMISSION stands in for the first; the second is read from HOLDFAST_ADMISSION_SECRET or the file that
// HOLDFAST_ADMISSION_SECRET_FILE names, and is otherwise made, and kept beside a store that is in files.

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { Admission } from '../admission/admission.ts';
import { HoldfastError } from '../errors.ts';
import { syncFolder } from '../http/access/key-file.ts';
import { type AdmissionAddress, parseAdmission } from '../redis-admission/address.ts';
import { openRedisAdmission } from '../redis-admission/open-redis-admission.ts';
import { requireFolder, sqlitePath } from './engine-option.ts';
import { CommandFailure } from './failure.ts';
import { secretOf } from './secret-of.ts';

export interface AdmissionOptions {
  admission?: AdmissionAddress;
}

const SECRET = 'HOLDFAST_ADMISSION_SECRET';
const SECRET_LENGTH_MIN = 32;
/** With another one places and passes of before would be worth nothing, and an address would be counted anew. */
const SECRET_AWAY = `--admission: Redis is away, and the secret is there; start again later, or set ${SECRET}`;

export function admissionOption(): Option {
  return new Option(
    '--admission <address>',
    'where servers share rates and waiting rooms: redis://host:6379?name=shop (default: each has its own)',
  )
    .env('HOLDFAST_ADMISSION')
    .argParser(readAddress);
}

export async function openAdmission(
  { admission: address }: AdmissionOptions,
  engine: string,
): Promise<Admission> {
  const given = givenSecret();
  try {
    if (address === undefined) return { secret: given ?? keptSecret(engine) };
    const shared = await openRedisAdmission(address);
    const secret = given ?? shared.secret;
    if (secret !== undefined) return { ...shared, secret };
    shared.close?.();
    throw new CommandFailure(SECRET_AWAY);
  } catch (error) {
    if (error instanceof HoldfastError) throw new CommandFailure(`--admission: ${error.message}`);
    throw error;
  }
}

function givenSecret(): string | undefined {
  const secret = secretOf(SECRET);
  if (secret === undefined || secret.length >= SECRET_LENGTH_MIN) return secret;
  throw new CommandFailure(`${SECRET} must have ${SECRET_LENGTH_MIN} characters or more`);
}

/** Beside the store, for its owner alone, and on the disk before anything is signed; undefined for a store that has no files. */
function keptSecret(engine: string): string | undefined {
  const store = sqlitePath(engine);
  if (!store) return undefined;
  const path = `${store}.secret`;
  const kept = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  if (kept.length >= SECRET_LENGTH_MIN) return kept;
  requireFolder(store);
  const made = randomBytes(32).toString('base64url');
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, made, { mode: 0o600, flush: true });
  renameSync(draft, path);
  syncFolder(dirname(path));
  return made;
}

function readAddress(text: string): AdmissionAddress {
  try {
    return parseAdmission(text);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}
