// `node bench/record.ts [--rows N] [--slices N] [--slice-ms N]`: how fast a recorder takes what another store
// has decided, beside an INSERT of the same rows that is written by hand, in turns: 1,000 pools and one hot
// pool, batches of 256 and of 1,000, one and several in a call. `--minutes N`: 10,000 entries a second for so
// long, and how long each waited. `--rebuild N`: reads the state of N live reservations. Each prints JSON.

import { parseArgs } from 'node:util';
import { median, printFigure, quantile } from '../src/bench/figure.ts';
import { ownSchema } from '../src/bench/locking/own-schema.ts';
import { type DecidedBatch, Recorder } from '../src/engines/postgres/recorder.ts';
import { providePostgres } from '../test/support/postgres.ts';
import { DecidedStream } from './decided-stream.ts';
import { INSERTED_ROWS, InsertedRows } from './inserted-rows.ts';
import { rebuilt } from './record-rebuild.ts';
import { sustained } from './record-sustained.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    slices: { type: 'string', default: '5' },
    'slice-ms': { type: 'string', default: '3000' },
    minutes: { type: 'string' },
    rebuild: { type: 'string' },
    only: { type: 'string', default: '' },
  },
});
const ROWS = Number(values.rows);
const SLICES = Number(values.slices);
const SLICE_MS = Number(values['slice-ms']);
/** Entries in a call: one batch, or several. */
const SHAPES = [
  { size: 256, batches: 1 },
  { size: 1_000, batches: 1 },
  { size: 256, batches: 16 },
  { size: 1_000, batches: 4 },
];
const FILLED_AT_ONCE = 4_000;

const server = await providePostgres();
if (values.minutes !== undefined) await sustained(server, Number(values.minutes));
else if (values.rebuild !== undefined) await rebuilt(server, Number(values.rebuild));
else for (const pools of [1_000, 1]) await rates(pools);

/** Two stores with the same rows, and the two ways of adding to them. */
async function rates(pools: number): Promise<void> {
  const schemas = [await ownSchema(server, 1), await ownSchema(server, 1)];
  const recorders = [];
  const streams = [];
  for (const schema of schemas) {
    const recorder = await Recorder.open(schema.address({}));
    const stream = await DecidedStream.make(pools);
    await stream.open(recorder);
    for (let row = 0; row < ROWS; row += FILLED_AT_ONCE) {
      await recorder.recordBatches([stream.next(FILLED_AT_ONCE)]);
    }
    recorders.push(recorder);
    streams.push(stream);
  }
  for (const schema of schemas) await analyse(schema);
  const hand = new InsertedRows(schemas[1]!.connections, schemas[1]!.schema);
  const [recorder] = recorders;
  for (const shape of SHAPES) {
    const name = `record.${pools === 1 ? 'hot' : 'reserve'}.${shape.batches}x${shape.size}`;
    if (!name.includes(values.only)) continue;
    const [own, beside]: [number[], number[]] = [[], []];
    const times: number[] = [];
    for (let slice = 0; slice < SLICES; slice += 1) {
      beside.push(
        await perSecond(streams[1]!, shape, async (batches) => {
          await hand.insert(batches);
        }),
      );
      own.push(
        await perSecond(streams[0]!, shape, async (batches) => {
          const startMs = performance.now();
          const answer = await recorder!.recordBatches(batches);
          if (!answer.ok || answer.refused.length > 0) throw new Error(JSON.stringify(answer));
          times.push(performance.now() - startMs);
        }),
      );
      console.error(`${name}: ${Math.round(own.at(-1)!)}, by hand ${Math.round(beside.at(-1)!)}`);
    }
    const ratios = own.map((value, slice) => value / beside[slice]!);
    printFigure(
      {
        ...{ name, value: Math.round(median(own)), unit: 'entries/s', yardstick: INSERTED_ROWS },
        ...{ yardstickValue: Math.round(median(beside)), ratio: median(ratios) },
        ...{ p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) },
        ...{ accepted: times.length * shape.size * shape.batches, refused: 0, conserved: true },
        ...{ rows: ROWS, highest: Math.round(Math.max(...own)) },
      },
      true,
    );
  }
  for (const each of recorders) await each.close();
  for (const schema of schemas) await schema.drop();
}

/** Entries a second. They are made before, so that only taking them counts; two calls are under way. */
async function perSecond(
  stream: DecidedStream,
  { size, batches }: (typeof SHAPES)[number],
  take: (batches: DecidedBatch[]) => Promise<void>,
): Promise<number> {
  let tookMs = 0;
  let taken = 0;
  while (tookMs < SLICE_MS) {
    const calls = Array.from({ length: Math.ceil(16_000 / (size * batches)) }, () =>
      Array.from({ length: batches }, () => stream.next(size)),
    );
    const startMs = performance.now();
    let under: Promise<void> | undefined;
    for (const call of calls) {
      const next = take(call);
      await under;
      under = next;
    }
    await under;
    tookMs += performance.now() - startMs;
    taken += calls.length * size * batches;
  }
  return (taken * 1_000) / tookMs;
}

async function analyse({ connections, schema }: Awaited<ReturnType<typeof ownSchema>>) {
  for (const table of ['document', 'account', 'owner', 'request', 'claim', 'batch']) {
    await connections.run({ name: '', text: `ANALYZE ${schema}.${table}`, patient: true });
  }
}
