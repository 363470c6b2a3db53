// Sends a crowd to an open sale on servers of this machine, and prints what it met: a line of JSON for each second,
// then one for all of it. Exit code 1 if an answer was neither an order nor a refusal.
//   node load/flash-crowd.ts --url http://127.0.0.1:8080 --sale spring --pool kettle --buyers 2000 --seconds 10

import { parseArgs } from 'node:util';
import { Progress } from '../src/cli/progress.ts';
import { crowdInThread } from './sale/crowd-thread.ts';
import { refusalsOf, totalOf } from './sale/seconds.ts';

const { values } = parseArgs({
  options: {
    url: { type: 'string', multiple: true, default: ['http://127.0.0.1:8080'] },
    sale: { type: 'string', default: 'spring' },
    pool: { type: 'string', default: 'kettle' },
    buyers: { type: 'string', default: '2000' },
    attempts: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '10' },
    'never-pay': { type: 'string', default: '0.3' },
    'hold-for-seconds': { type: 'string', default: '5' },
    connections: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
  },
});
const progress = new Progress();
const options = {
  ...{ urls: values.url, sale: values.sale, pool: values.pool },
  ...{ buyers: Number(values.buyers), attempts: Number(values.attempts) },
  ...{ seconds: Number(values.seconds), neverPay: Number(values['never-pay']) },
  ...{ holdForSeconds: Number(values['hold-for-seconds']), seed: Number(values.seed) },
  connections: Number(values.connections),
};
try {
  const result = await crowdInThread(options, (done, total) =>
    progress.show('attempts', done, total),
  );
  progress.end();
  const { bySecond, soldOutAskedMs: _, soldOutAnsweredMs: __, ...rest } = result;
  for (const second of bySecond) console.log(JSON.stringify({ name: 'second', ...second }));
  const counted = {
    arrivals: totalOf(bySecond, ({ arrivals }) => arrivals),
    dropped: totalOf(bySecond, ({ dropped }) => dropped),
    accepted: totalOf(bySecond, ({ accepted }) => accepted),
    refused: refusalsOf(bySecond),
  };
  console.log(JSON.stringify({ name: 'crowd', ...counted, ...rest }));
  process.exitCode = result.failed === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  progress.end();
}
