// How suites open an engine that decides in memory and remembers in PostgreSQL: a schema of its own for each
// store, and the same store again after its recorders were closed.

import type { TimeSource } from '../../src/engines/clock.ts';
import type { Engine } from '../../src/engines/contract.ts';
import { Recorder } from '../../src/engines/postgres/recorder.ts';
import { type FreshSchema, freshSchema } from './postgres.ts';
import type { PostgresKind } from './postgres-kind.ts';
import { type OpenRecorder, RecordedEngine } from './recorded-engine.ts';

interface RecordedStore {
  recorded: RecordedEngine;
  schema: FreshSchema;
}

const stores = new WeakMap<Engine, RecordedStore>();

export function recordedKindOf(openRecorder: OpenRecorder): PostgresKind {
  const openStore = async (store: RecordedStore): Promise<Engine> => {
    await store.recorded.open();
    const { engine } = store.recorded;
    const opened = new Proxy(engine, {
      get(target, name: keyof Engine) {
        if (name === 'close') return () => store.recorded.close();
        return Reflect.get(target, name, target);
      },
    });
    stores.set(opened, store);
    return opened;
  };
  return {
    name: 'recorded',
    open: async (time: TimeSource) => {
      const schema = await freshSchema();
      return openStore({
        schema,
        recorded: new RecordedEngine(openRecorder, schema.address, time),
      });
    },
    reopen: (closed) => openStore(stores.get(closed)!),
    remove: (closed) => stores.get(closed)!.schema.drop(),
  };
}

export const recordedKind = recordedKindOf((address) => Recorder.open(address));
