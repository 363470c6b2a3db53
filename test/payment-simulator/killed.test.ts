// `kill -9` of the simulator while shops ask and callbacks are on their way: what it acknowledged is in its
// ledger, once, and every callback comes in the end.

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { SimulatedProvider } from '../../src/orders/payments/simulated-provider.ts';
import { SECRET_DEFAULT } from '../../src/payment-simulator/simulator.ts';
import { Random } from '../crash/random.ts';
import { lastingPort } from '../support/free-port.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { judge } from './judge.ts';
import { ListeningShop } from './listening-shop.ts';
import { owed, type SimulatorProcess, settled, startSimulatorProcess } from './running.ts';
import { sendCrowd } from './shoppers.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
const KILLS = 5;
const PAYMENTS = 400;
/** Movements between two kills. */
const TOLD_MAX = 50;

test(`nothing acknowledged is lost in ${KILLS} kills (HOLDFAST_SEED=${SEED})`, async (t) => {
  const shop = await ListeningShop.open();
  t.after(() => shop.close());
  // Turned away at first, so that some are always owed when it dies.
  shop.turnsAway = true;
  const random = new Random(SEED);
  const url = `http://127.0.0.1:${await lastingPort()}`;
  const data = join(temporaryFolder('simulator'), 'ledger.db');
  const args = ['--port', new URL(url).port, '--data', data, '--seed', String(SEED)];
  let simulator: SimulatorProcess = await startSimulatorProcess(args);
  t.after(() => simulator.kill());
  const provider = new SimulatedProvider({ url, secret: SECRET_DEFAULT, callbackUrl: shop.url });
  shop.provider = provider;
  let told = 0;
  const movements = new EventEmitter();
  const onTold = () => {
    told += 1;
    movements.emit('told');
  };
  const sent = sendCrowd({ provider, url, payments: PAYMENTS, seed: SEED, onTold });
  // By how far the crowd is: each payment is told of once at least, most of them more often.
  for (let killed = 0; killed < KILLS; killed += 1) {
    const least = told + random.whole(1, TOLD_MAX);
    while (told < least) await once(movements, 'told');
    await simulator.kill();
    simulator = await startSimulatorProcess(args);
  }
  // From here on nobody hears it, so that it dies once more with nothing but debts.
  shop.isShut = true;
  const acknowledged = await sent;
  await simulator.kill();
  simulator = await startSimulatorProcess(args);
  assert.ok((await owed(url)).waiting > 0);
  shop.isShut = false;
  const counts = await settled(url);
  assert.deepEqual([counts.lost, counts.givenUp], [0, 0]);
  await judge({ url, provider, acknowledged, heard: shop.truths, allHeard: true });
});
