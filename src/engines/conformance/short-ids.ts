// Documents with ids of one or two characters: a store that spreads ids by their last few must not
// lose these.

import assert from 'node:assert/strict';
import type { Behaviour, Case } from './behaviour.ts';
import { note } from './bench.ts';

const IDS = ['1', 'z', '-', '00', 'zz', '数', '🎫', 'é-'];

const isFoundAs = (id: string): Case => {
  return async (bench) => {
    await bench.accept({ writes: [note(id, { deadline: { afterMs: 1_000 } })] });
    await bench.accept({ guards: [{ document: id, version: 1 }], writes: [note(id)] });
    assert.equal((await bench.document(id))?.version, 2);
    await bench.accept({ writes: [note(id, { final: true })] });
    assert.equal((await bench.document(id))?.version, 3);
    await bench.refuse({ guards: [{ document: id, absent: true }] });
  };
};

export const shortIds: Behaviour = {
  title: 'short ids',
  shared: true,
  cases: Object.fromEntries(
    IDS.map((id) => [`a document called ${JSON.stringify(id)}`, isFoundAs(id)]),
  ),
};
