// A backup of a store: one file with the journal, and a manifest beside it by which it is known again.
// Works beside a running server. Everything else of a store is made from its journal.

import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { HoldfastError } from '../../errors.ts';
import { removeDatabase } from './files.ts';
import { copyJournal, type JournalCopy } from './journal-copy.ts';

export interface BackupManifest extends JournalCopy {
  format: 1;
  bytes: number;
  /** Of the file, in hex. */
  sha256: string;
}

export interface BackupOptions {
  /** The journal. */
  from: string;
  /** The file to write; must not be there. */
  to: string;
  onProgress?: (progress: { position: number; of: number }) => void;
}

export function manifestPath(backup: string): string {
  return `${backup}.manifest.json`;
}

/** @throws HoldfastError `unavailable` when the file is there already or the journal is damaged */
export async function writeBackup({
  from,
  to,
  onProgress,
}: BackupOptions): Promise<BackupManifest> {
  if (existsSync(to)) throw new HoldfastError('unavailable', `${to} is there already`);
  const part = `${to}.part`;
  removeDatabase(part);
  try {
    const copy = copyJournal({ from, to: part, ...(onProgress ? { onProgress } : {}) });
    const { size: bytes } = statSync(part);
    const manifest: BackupManifest = { format: 1, ...copy, bytes, sha256: await sha256Of(part) };
    syncFile(part);
    // The manifest first: a backup that has its name is whole.
    writeFileSync(manifestPath(to), `${JSON.stringify(manifest, undefined, 2)}\n`, { flush: true });
    renameSync(part, to);
    return manifest;
  } finally {
    removeDatabase(part);
  }
}

/**
 * The manifest of a backup, after its file was compared with it.
 *
 * @throws HoldfastError `unavailable` when there is none, or the file is another
 */
export async function checkBackup(path: string): Promise<BackupManifest> {
  const manifest = readManifest(path);
  const { size } = statSync(path);
  if (size !== manifest.bytes || (await sha256Of(path)) !== manifest.sha256) {
    throw new HoldfastError('unavailable', `${path} is not the file that its manifest describes`);
  }
  return manifest;
}

function readManifest(path: string): BackupManifest {
  try {
    return JSON.parse(readFileSync(manifestPath(path), 'utf8')) as BackupManifest;
  } catch (error) {
    throw new HoldfastError('unavailable', `no manifest for ${path}: ${String(error)}`);
  }
}

export function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  fsyncSync(file);
  closeSync(file);
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  return hash.digest('hex');
}
