// What the power-loss model's own test runs under it: writes files in one way, says on stdout what
// it has done, and waits to be killed (or ends by itself with `ends`).

import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const [way = '', directory = ''] = process.argv.slice(2);
const path = join(directory, 'file');

const WAYS: Record<string, () => unknown> = {
  'written and synced, then written': () => {
    const fd = openSync(path, 'w');
    writeSync(fd, 'synced ');
    fsyncSync(fd);
    writeSync(fd, 'not synced');
    return readFileSync(path, 'utf8');
  },
  'appended and closed': () => {
    writeFileSync(path, 'one ', { flag: 'a' });
    writeFileSync(path, 'two', { flag: 'a' });
    return [readFileSync(path, 'utf8'), statSync(path).size];
  },
  'cut short': () => {
    const fd = openSync(path, 'w+');
    writeSync(fd, '0123456789');
    fsyncSync(fd);
    ftruncateSync(fd, 4);
    writeSync(fd, 'x', 6);
    return [fstatSync(fd).size, readFileSync(path, 'latin1')];
  },
  'opened for writing anew': () => {
    closeSync(openSync(path, 'w'));
    return readFileSync(path, 'utf8');
  },
  'written aside and renamed': () => {
    writeFileSync(`${path}.new`, 'new');
    renameSync(`${path}.new`, path);
    return readFileSync(path, 'utf8');
  },
  'deleted and made again': () => {
    unlinkSync(path);
    const gone = existsSync(path);
    writeFileSync(path, 'again');
    return [gone, readFileSync(path, 'utf8')];
  },
  'sqlite FULL': () => commits('FULL'),
  'sqlite OFF': () => commits('OFF'),
  ends: () => writeFileSync(path, 'ended by itself'),
};

/** A hundred durable commits, or so sqlite is told, across a checkpoint. */
function commits(synchronous: string): number {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA journal_mode = WAL;
    PRAGMA wal_autocheckpoint = 40; CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY)`);
  const insert = database.prepare('INSERT INTO entry DEFAULT VALUES');
  for (let count = 0; count < 100; count += 1) insert.run();
  return Number(database.prepare('SELECT count(*) AS n FROM entry').get()!.n);
}

console.log(JSON.stringify(WAYS[way]!() ?? null));
if (way !== 'ends') setInterval(() => {}, 1_000);
