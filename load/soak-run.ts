// One soak from the empty store to the verified files: serve, fill, load and sample, count, stop,
// verify. Brings the numbers together; soak-report.ts says what they mean.

import { type Conservation, countUnits } from './conservation.ts';
import type { Ledger } from './ledger.ts';
import { MixedLoad } from './mixed-load.ts';
import { type Sample, Sampler } from './sample.ts';
import { ServedStore, verifyStore } from './served-store.ts';

/** In the whole run: every five minutes of an hour. */
const COLLECTIONS = 12;

export interface SoakOptions {
  minutes: number;
  /** Operations a second. */
  rate: number;
  /** The longest hold. */
  holdSeconds: number;
  everySeconds: number;
  /** The store's file; there is none yet. */
  path: string;
  onSample?: (sample: Sample) => void;
}

export interface SoakRun {
  samples: Sample[];
  ledger: Ledger;
  notSent: number;
  conservation: Conservation;
  /** Of the server, after it was asked to end. */
  exitCode: number | null;
  /** What the server wrote to its log: warnings and worse. */
  said: string;
  verify: { ok: boolean; said: string };
}

export async function runSoak(options: SoakOptions): Promise<SoakRun> {
  const { minutes, rate, holdSeconds, path, onSample = () => {} } = options;
  const store = await ServedStore.start(path);
  try {
    const load = new MixedLoad({ url: store.url, rate, holdSeconds });
    await load.prepare();
    const sampler = new Sampler(store, load);
    const running = load.run(minutes * 60_000);
    await sampleUntil(running, options, async (collect) => {
      const sample = await sampler.take({ collect });
      if (sample !== undefined) onSample(sample);
    });
    const { ledger, notSent } = load;
    const conservation = await countUnits(load.client, ledger, (holdSeconds + 30) * 1_000);
    const exitCode = await store.stop();
    const verify = await verifyStore(path);
    const { samples } = sampler;
    return { samples, ledger, notSent, conservation, exitCode, said: store.said, verify };
  } finally {
    await store.stop();
  }
}

/** Takes a sample at each full interval until the load is over. */
async function sampleUntil(
  running: Promise<void>,
  { minutes, everySeconds }: SoakOptions,
  take: (collect: boolean) => Promise<void>,
): Promise<void> {
  const startMs = performance.now();
  const samples = Math.floor((minutes * 60) / everySeconds);
  const collectEvery = Math.max(1, Math.floor(samples / COLLECTIONS));
  for (let index = 1; index <= samples; index += 1) {
    const waitMs = startMs + index * everySeconds * 1_000 - performance.now();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, waitMs)));
    await take(index % collectEvery === 0);
  }
  await running;
}
