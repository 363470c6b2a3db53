// Adds up returns: units at each place outside of sale are those of returns, shown as the journal tells, and
// an order's closed returns want no more back than it cost.

import type { ReturnOutside } from '../../../src/http/shapes/return-shapes.ts';
import { sumOf } from './entry-look.ts';
import type { OrderBooks } from './order-books.ts';
import type { OrderWorld } from './order-world.ts';
import type { ReturnStory } from './return-stories.ts';

const PLACES = ['returning', 'inspecting', 'quarantined', 'written-off'];
const OVER: ReadonlySet<string> = new Set(['CLOSED', 'CANCELLED']);

/** Shown as it was told and over: it is not asked for again. */
const agreed = new WeakSet<ReturnStory>();

export async function returnProblems({
  world,
  books,
}: {
  world: OrderWorld;
  books: OrderBooks;
}): Promise<string[]> {
  const wrong: string[] = [];
  const stories = [...books.returns.all.values()];
  for (const place of PLACES) {
    const units = stories.reduce((sum, story) => sum + (story.units.get(place) ?? 0), 0);
    const there = books.account(place);
    if (units !== there) wrong.push(`${there} units ${place}, ${units} by returns`);
  }
  for (const [id, story] of books.returns.all) {
    if (agreed.has(story)) continue;
    const { body } = await world.ask(`/v1/returns/${id}`);
    const found = differences(story, body as unknown as ReturnOutside);
    wrong.push(...found.map((what) => `return ${id} ${story.status}: ${what}`));
    if (found.length === 0 && OVER.has(story.status)) agreed.add(story);
  }
  return wrong;
}

function differences({ status, units, wanted }: ReturnStory, shown: ReturnOutside): string[] {
  const wrong: string[] = [];
  const sum = (name: keyof ReturnOutside['lines'][number]) =>
    shown.lines.reduce((all, line) => all + Number(line[name] ?? 0), 0);
  const compare = (what: string, told: number, shownAs: number) => {
    if (told !== shownAs) wrong.push(`${told} ${what}, shown as ${shownAs}`);
  };
  if (shown.status !== status) wrong.push(`shown as ${shown.status}`);
  compare('returning', sumOf(units, ['returning']), sum('returning'));
  compare('inspecting', sumOf(units, ['inspecting']), sum('inspecting'));
  compare('sellable', sumOf(units, ['available', 'offered']), sum('sellable'));
  compare('quarantined', sumOf(units, ['quarantined']), sum('quarantined'));
  compare('written off', sumOf(units, ['written-off']), sum('writtenOff') + sum('lost'));
  compare('taken back', -sumOf(units, ['sold']), sum('quantity') - sum('kept'));
  compare('wanted', wanted, shown.refundWanted?.amount ?? 0);
  const open = sumOf(units, ['returning', 'inspecting']);
  if (OVER.has(status) && open !== 0) wrong.push(`${open} units left on their way`);
  return wrong;
}
