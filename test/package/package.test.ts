// The package as it is published: compiled, packed and unpacked, it can be imported, its command
// line runs, and nothing of the checkout is missing from it. Looks at no source.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { ROOT } from '../support/test-files.ts';
import { PROJECT_FILES } from '../tidy/project-files.ts';

const run = promisify(execFile);
const root = temporaryFolder('package');
const unpacked = join(root, 'package');

describe('the published package', () => {
  before(async () => {
    const checkout = join(root, 'checkout');
    for (const path of PROJECT_FILES) {
      if (path.startsWith('test/')) continue;
      mkdirSync(join(checkout, dirname(path)), { recursive: true });
      cpSync(join(ROOT, path), join(checkout, path));
    }
    symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
    // `npm pack` builds first: the script `prepack`.
    await run('npm', ['pack', '--pack-destination', root], { cwd: checkout });
    const [packed] = readdirSync(root).filter((name) => name.endsWith('.tgz'));
    await run('tar', ['-xzf', packed!], { cwd: root });
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  });

  test('is a library that keeps what it is told', async () => {
    const program = `
      import { openEngine, Stock } from 'holdfast';
      const stock = await Stock.open(await openEngine('sqlite:shop.db'));
      await stock.putPool({ pool: 'tea' });
      await stock.receive({ pool: 'tea', quantity: 5 });
      const answer = await stock.reserve({ lines: [{ pool: 'tea', quantity: 2 }] });
      console.log(answer.ok, (await stock.pool('tea')).available);
      await stock.reservations();
      await stock.close();`;
    writeFileSync(join(unpacked, 'use.mjs'), program);
    const { stdout } = await run(process.execPath, ['use.mjs'], { cwd: unpacked });
    assert.equal(stdout.trim(), 'true 3');
  });

  test('brings its types, the conformance suite and the checker of histories', async () => {
    const program = `
      import { MemoryEngine, type Pool } from 'holdfast';
      import { runConformance } from 'holdfast/conformance';
      import { checkHistory, type History } from 'holdfast/history';
      import { type PaymentProvider, SimulatedProvider } from 'holdfast/payments';
      import { HttpSender, openSmtp, type Sender } from 'holdfast/senders';
      import { runSenderConformance } from 'holdfast/senders/conformance';
      const history: History = { pools: {}, operations: [] };
      checkHistory(history);
      const pool: Pool | undefined = undefined;
      runConformance({ name: 'mine', open: async (time) => new MemoryEngine({ time }) });
      const options = { url: 'http://localhost:8090', secret: 'whsec_dGVh' };
      const provider: PaymentProvider = new SimulatedProvider(options);
      const sender: Sender = new HttpSender({ name: 'sms', ...options });
      export { openSmtp, pool, provider, runSenderConformance, sender };`;
    writeFileSync(join(unpacked, 'use.ts'), program);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024'];
    const libraries = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
    const more = ['--skipLibCheck', '--ignoreConfig'];
    await run(join(ROOT, 'node_modules/.bin/tsc'), [...options, ...libraries, ...more, 'use.ts'], {
      cwd: unpacked,
    });
  });

  test("is enough for an engine of one's own", async () => {
    const folder = join(unpacked, 'lines-engine');
    cpSync(join(ROOT, 'examples/lines-engine'), folder, { recursive: true });
    // Otherwise the runner inside would take itself for a part of this one.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const options = ['--test', '--test-reporter=tap'];
    const { stdout } = await run(process.execPath, options, { cwd: folder, env });
    assert.match(stdout, /# fail 0/);
    const passed = Number(/# pass (\d+)/.exec(stdout)?.[1]);
    assert.ok(passed > 250, `only ${passed} cases`);
  });

  test('has a client that compiles for browsers, without types of Node.js, and runs', async () => {
    const program = `
      import { type Answer, HoldfastClient, type Reservation } from 'holdfast/client';
      const client = new HoldfastClient({ url: 'http://localhost:1', retry: false });
      const call: Promise<Answer<Reservation>> = client.cancel({ reservation: 'x' });
      call.catch(({ code, key }) => console.log(code, key.length));`;
    writeFileSync(join(unpacked, 'client.ts'), program);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--lib', 'es2024,dom'];
    const more = ['--types', '', '--skipLibCheck', '--ignoreConfig'];
    await run(join(ROOT, 'node_modules/.bin/tsc'), [...options, ...more, 'client.ts'], {
      cwd: unpacked,
    });
    const { stdout } = await run(process.execPath, ['client.ts'], { cwd: unpacked });
    assert.equal(stdout.trim(), 'outcome-unknown 36');
  });

  test('has a command line that runs from the compiled files', async () => {
    const holdfast = join(unpacked, 'bin/holdfast');
    const env = { ...process.env, HOLDFAST_NODE: process.execPath };
    const { stdout } = await run(holdfast, ['--help'], { env });
    assert.match(stdout, /replay/);
    const data = 'data/online-retail-2010-12.csv.gz';
    const args = ['replay', data, '--limit', '50', '--engine', 'sqlite:replay.db', '--json', '-q'];
    const replayed = await run(holdfast, args, { cwd: unpacked, env });
    assert.ok(JSON.parse(replayed.stdout));
  });
});
