// Shows that the power-loss model does what it says: without a sync everything is lost, with one
// nothing is, and the process itself sees its own writes meanwhile. Everything that the power-loss
// rounds claim rests on this.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type PowerLossOptions, powerLossModel, underPowerLoss } from './power-loss.ts';

const PROBE = join(import.meta.dirname, 'unsynced', 'probe.ts');
const root = temporaryFolder('unsynced');

type End = 'killed' | 'power cut' | 'by itself';

interface Run {
  way: string;
  end?: End;
  before?: string;
  keep?: PowerLossOptions['keep'];
  seed?: number;
}

interface Seen {
  /** What the process saw before it was ended. */
  inside: unknown;
  path: string;
}

let runs = 0;

async function run(library: string, { way, end = 'killed', before, keep, seed }: Run) {
  runs += 1;
  const directory = mkdtempSync(join(root, `${runs}-`));
  const path = join(directory, 'file');
  if (before !== undefined) writeFileSync(path, before);
  const options: PowerLossOptions = { directory };
  if (keep !== undefined) options.keep = keep;
  if (seed !== undefined) options.seed = seed;
  const child = spawn(process.execPath, [PROBE, way, directory], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    env: { ...process.env, ...underPowerLoss(library, options) },
  });
  const exit = once(child, 'exit');
  const said = await Promise.race([once(child.stdout!, 'data'), exit.then(() => undefined)]);
  if (said === undefined) throw new Error(`${way}: the process ended before it said anything`);
  const [line] = said;
  if (end === 'killed') child.kill('SIGKILL');
  if (end === 'power cut') (child.stdio[3] as NodeJS.WritableStream).write('x');
  await exit;
  return { inside: JSON.parse(String(line)), path } satisfies Seen;
}

function text({ path }: Seen): string {
  return readFileSync(path, 'utf8');
}

describe('the power-loss model', () => {
  test('loses what was not synced and keeps what was', async (t) => {
    const library = powerLossModel(t, root);
    if (library === undefined) return;

    const written = await run(library, { way: 'written and synced, then written' });
    assert.equal(written.inside, 'synced not synced');
    assert.equal(text(written), 'synced ');

    const appended = await run(library, { way: 'appended and closed', before: 'zero ' });
    assert.deepEqual(appended.inside, ['zero one two', 12]);
    assert.equal(text(appended), 'zero ');

    const cut = await run(library, { way: 'cut short' });
    assert.deepEqual(cut.inside, [7, '0123\0\0x']);
    assert.equal(text(cut), '0123456789');

    const anew = await run(library, { way: 'opened for writing anew', before: 'old' });
    assert.equal(anew.inside, '');
    assert.equal(text(anew), 'old');

    const renamed = await run(library, { way: 'written aside and renamed', before: 'old' });
    assert.equal(renamed.inside, 'new');
    assert.equal(text(renamed), '');

    const again = await run(library, { way: 'deleted and made again', before: 'old' });
    assert.deepEqual(again.inside, [false, 'again']);
    assert.equal(text(again), '');

    const ended = await run(library, { way: 'ends', end: 'by itself' });
    assert.equal(text(ended), 'ended by itself');
  });

  test('stands under every file that sqlite writes', async (t) => {
    const library = powerLossModel(t, root);
    if (library === undefined) return;
    for (const end of ['killed', 'power cut'] as const) {
      for (const [index, keep] of (['none', 'some', 'some', 'some', 'all'] as const).entries()) {
        const full = await run(library, { way: 'sqlite FULL', end, keep, seed: index });
        assert.equal(full.inside, 100);
        assert.equal(rows(full), 100, `${end}, keeping ${keep}`);
      }
    }
    const off = await run(library, { way: 'sqlite OFF' });
    assert.equal(off.inside, 100);
    assert.equal(existsSync(off.path) ? readFileSync(off.path).length : 0, 0);
  });

  test('lets a part through when the power is cut, another with another seed', async (t) => {
    const library = powerLossModel(t, root);
    if (library === undefined) return;
    const way = 'written and synced, then written';
    const all = await run(library, { way, end: 'power cut', keep: 'all' });
    assert.equal(text(all), 'synced not synced');
    const none = await run(library, { way, end: 'power cut', keep: 'none' });
    assert.equal(text(none), 'synced ');
    const found = new Set<string>();
    for (let seed = 0; seed < 12 && found.size < 3; seed += 1) {
      const some = await run(library, { way, end: 'power cut', keep: 'some', seed });
      found.add(existsSync(some.path) ? text(some) : 'no file');
    }
    assert.ok(found.size >= 3, [...found].join(' | '));
  });
});

function rows({ path }: Seen): number {
  const database = new DatabaseSync(path);
  try {
    assert.equal(database.prepare('PRAGMA integrity_check').get()!.integrity_check, 'ok');
    return Number(database.prepare('SELECT count(*) AS n FROM entry').get()!.n);
  } finally {
    database.close();
  }
}
