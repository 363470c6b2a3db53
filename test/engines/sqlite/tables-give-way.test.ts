// The tables' thread gives way to those whom buyers wait for, and is given time when that leaves it too
// little.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { newPath, openStore } from './store-files.ts';

const TASKS = '/proc/self/task';
/** The place of the priority among the fields behind a thread's name (proc_pid_stat(5)). */
const NICE_AT = 16;

function priorities(): number[] {
  return readdirSync(TASKS).map((thread) => {
    const stat = readFileSync(`${TASKS}/${thread}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[NICE_AT]);
  });
}

it('the tables have a lower priority than all others', {
  skip: existsSync(TASKS) ? false : 'threads have no priority of their own here',
}, async () => {
  const before = priorities()[0]!;
  const engine = await openStore(newPath());
  const lower = priorities().filter((priority) => priority > before);
  await engine.close();
  assert.deepEqual(lower, [Math.min(19, before + 10)]);
});

it('batches come more slowly the further the tables are behind, and not before', async () => {
  const engine = await openStore(newPath());
  const restBehind = (tableLag: number) => {
    Object.defineProperty(engine, 'tableLag', { configurable: true, value: tableLag });
    return engine.restMs;
  };
  assert.equal(restBehind(0), 0);
  assert.equal(restBehind(262_144), 0);
  assert.equal(restBehind(262_144 + 16_384), 1);
  assert.equal(restBehind(262_144 + 40 * 16_384), 40);
  await engine.close();
});
