// A coordinator that is gone after one of its steps: what it has left in the slots is ended by another one, the way
// that home has decided, or against it after 5 s; once, whoever does it, and a late decision comes to nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import { once } from '../../../src/engines/conformance/once.ts';
import { deciding, type Part, partOf, preparing } from '../../../src/engines/slots/forms.ts';
import type { Share } from '../../../src/engines/slots/shares.ts';
import { SlotsEngine } from '../../../src/engines/slots/slots-engine.ts';
import { MemorySlot } from '../../support/memory-slots-kind.ts';
import { memoryRecords } from '../../support/redis-slots-kind.ts';

const HOME = 0;
const DECISION = '0199a000-0000-7000-8000-000000000001';
const ABANDONED_MS = 5_001;
const NOTHING: Share = { guards: [], floors: [], moves: [], writes: [] };
const noting = { id: 'note:n', kind: 'note', state: 'NEW', data: { text: 'new' } };

interface Left {
  slots: MemorySlot[];
  part: Part;
  /** Where the pool's units are, and what the note says. */
  look(): Promise<{ available: number; held: number; inTransit: number; note: string | undefined }>;
  /** Another server comes, and time passes. */
  recover(): Promise<SlotsEngine>;
}

/** A store of two slots, in the second of which a part is prepared: two units of five, and a note. */
async function prepared(): Promise<Left> {
  const time = new ManualTime();
  const records = memoryRecords(2);
  const slots = records.map((record) => new MemorySlot(time, record));
  const [, slot] = slots as [MemorySlot, MemorySlot];
  await slot.commit([
    {
      floors: [{ account: 'tea/supply', floor: -5 }],
      moves: [{ legs: [{ from: 'tea/supply', to: 'tea/available' }], quantity: 5 }],
      writes: [{ ...noting, data: { text: 'old' } }],
      events: [],
    },
  ]);
  const [note] = await slot.documents(['note:n']);
  const share: Share = {
    ...{ guards: [], floors: [{ account: 'tea/available', floor: -1 }], writes: [noting] },
    moves: [{ move: 0, from: 'tea/available', to: 'tea/held', quantity: 2 }],
  };
  const part = partOf(
    { decision: DECISION, home: HOME },
    {
      ...{ slot: 1, id: '0199a000-0000-7000-8000-000000000002', share },
      before: new Map([['note:n', note!]]),
      floorsBefore: new Map([['tea/available', 0]]),
    },
  );
  assert.ok((await slot.commit([preparing(part)]))[0]!.ok);
  return {
    ...{ slots, part },
    look: async () => {
      const [owner] = await slot.owners(['tea']);
      const [document] = await slot.documents(['note:n']);
      const of = (name: string) => owner!.accounts[name]?.balance ?? 0;
      const note = document?.state === 'NEW' ? String(document.data.text) : undefined;
      return { available: of('available'), held: of('held'), inTransit: of('in-transit'), note };
    },
    recover: async () => {
      time.passMs(ABANDONED_MS);
      return new SlotsEngine({
        ...{ name: 'memory', slots, past: records[0]!.past },
        close: async () => {},
      });
    },
  };
}

function decision(part: Part) {
  return deciding({
    ...{ decision: DECISION, home: HOME, share: NOTHING, parts: [part] },
    ...{ request: undefined, events: [], answer: {} },
  });
}

test('before it was decided: taken back, and a late decision comes to nothing', async () => {
  const { slots, part, look, recover } = await prepared();
  assert.deepEqual(await look(), { available: 3, held: 0, inTransit: 2, note: undefined });
  const engine = await recover();
  const settled = await once(look, ({ inTransit }) => inTransit === 0);
  assert.deepEqual(settled, { available: 5, held: 0, inTransit: 0, note: 'old' });
  const [owner] = await slots[1]!.owners(['tea']);
  assert.equal(owner!.accounts.available!.floor, 0, 'its floor is what it was');
  const [late] = await slots[HOME]!.commit([decision(part)]);
  assert.equal(late!.ok, false);
  await engine.close();
});

test('after it was decided: carried out', async () => {
  const { slots, part, look, recover } = await prepared();
  assert.ok((await slots[HOME]!.commit([decision(part)]))[0]!.ok);
  const engine = await recover();
  const settled = await once(look, ({ inTransit }) => inTransit === 0);
  assert.deepEqual(settled, { available: 3, held: 2, inTransit: 0, note: 'new' });
  await engine.close();
});

test('two who end it at the same time do so once', async () => {
  const { slots, part, look, recover } = await prepared();
  assert.ok((await slots[HOME]!.commit([decision(part)]))[0]!.ok);
  const engines = [await recover(), await recover()];
  await once(look, ({ inTransit }) => inTransit === 0);
  for (const engine of engines) await engine.close();
  assert.deepEqual(await look(), { available: 3, held: 2, inTransit: 0, note: 'new' });
});
