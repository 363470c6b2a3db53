// The commands in the documentation: each page's shell blocks run from top to bottom in one shell, in
// a folder of their own, against a server of their own where they speak to port 8080. What the page
// shows as output was really printed.

import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { lastingPort } from '../support/free-port.ts';
import { freshName, kafkaMissing, provideKafka } from '../support/kafka.ts';
import { missing } from '../support/needs.ts';
import { ROOT } from '../support/test-files.ts';
import { sorted, wrongWith } from './long-commands.ts';
import { type Block, blocksOf, PAGES } from './pages.ts';
import { makeScratchFolder } from './scratch-folder.ts';
import { assertShows, shownAfter } from './shown-output.ts';

const READY_MAX_MS = 60_000;
const PAGE_MAX_MS = 600_000;
const ENV = {
  ...process.env,
  PATH: `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env.PATH}`,
};
const PREAMBLE = `set -euo pipefail
curl() { command curl --silent --show-error --fail-with-body --max-time 20 "$@"; }
holdfast() { bin/holdfast "$@"; }
`;
/** As pages name it. */
const KAFKA_TOPIC = /127\.0\.0\.1:9092\/events/g;

for (const page of PAGES) {
  const blocks = blocksOf(page);
  const shell = blocks.filter(({ language }) => language === 'sh');
  if (shell.length === 0) continue;
  const namesKafka = shell.some(({ text }) => text.match(KAFKA_TOPIC) !== null);
  const skip = missing('curl') ?? (namesKafka ? kafkaMissing() : undefined) ?? false;
  const pointed = async (command: string) => {
    if (command.match(KAFKA_TOPIC) === null) return command;
    return command.replaceAll(KAFKA_TOPIC, `${await provideKafka()}/${freshName('page')}`);
  };

  describe(`commands of ${page}`, { skip }, () => {
    const scratch = makeScratchFolder();
    after(() => scratch.remove());
    const lines = shell.flatMap(({ text }) => text.split('\n').map(sorted));

    test('what is not run names things that are there', () => {
      for (const { line } of lines) assert.equal(wrongWith(line), undefined, line);
    });

    for (const { line, does } of lines) {
      if (does !== 'serves') continue;
      test(`${line} serves`, async () => {
        const server = await startServer(await pointed(line), scratch.path);
        await server.stop();
      });
    }

    test('the others run', { timeout: PAGE_MAX_MS }, async () => {
      const asksServer = shell.some(({ text }) => text.includes(':8080'));
      const server = asksServer
        ? await startServer(await pointed(await servingFor(shell)), scratch.path)
        : undefined;
      try {
        const script = PREAMBLE + shell.map(scriptOf).join('');
        const printed = await runShell(
          server ? script.replaceAll(':8080', `:${server.port}`) : script,
          scratch.path,
        );
        for (const [index, block] of blocks.entries()) {
          const shown = shownAfter(blocks, index);
          if (block.language === 'sh' && shown !== undefined) {
            assertShows(printed.get(block.line) ?? '', shown);
          }
        }
      } finally {
        await server?.stop();
      }
    });
  });
}

/**
 * A server for a page; one that can be paid through the simulator where the page pays, that writes to buyers
 * and relays where the page does.
 */
async function servingFor(shell: readonly Block[]): Promise<string> {
  const writes = shell.some(({ text }) => text.includes('/notices/'));
  const sender = writes ? ['--sender mail=log:'] : [];
  const events = shell.flatMap(({ text }) => /--events \S+/.exec(text)?.[0] ?? []).slice(0, 1);
  const serve = ['bin/holdfast serve --engine memory:', ...sender, ...events].join(' ');
  if (!shell.some(({ text }) => text.includes('/payments'))) return serve;
  const port = await lastingPort();
  const simulator = `bin/holdfast payment-simulator --port ${port}`;
  const url = `http://127.0.0.1:${port}`;
  const isThere = `curl -sf --retry 60 --retry-connrefused --retry-delay 1 -o /dev/null ${url}/readyz`;
  return `${simulator} & ${isThere}; ${serve} --payments simulated=${url}`;
}

const MARK = '════ line ';

/** The block, with a mark before it so that its output can be told apart. */
function scriptOf({ text, line }: Block): string {
  const commands = text.split('\n').map((each) => (sorted(each).does === 'runs' ? each : ':'));
  return `echo '${MARK}${line}'\n${commands.join('\n')}\necho\n`;
}

/** Runs the whole page; what was printed, by the line of the block. */
function runShell(script: string, cwd: string): Promise<Map<number, string>> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: ENV, timeout: PAGE_MAX_MS, maxBuffer: 64 * 1024 * 1024 };
    execFile('bash', ['-c', script], options, (error, stdout, stderr) => {
      if (error !== null) {
        const end = `${stdout.slice(stdout.lastIndexOf(MARK))}\n${stderr.slice(-3_000)}`;
        reject(new Error(`the commands fail (${error.code ?? error.signal}):\n${end}`));
        return;
      }
      const parts = stdout.split(MARK).slice(1);
      resolve(new Map(parts.map((part) => [Number.parseInt(part, 10), part])));
    });
  });
}

async function startServer(command: string, cwd: string) {
  const port = await lastingPort();
  const env = { ...ENV, PORT: String(port) };
  // A group of its own, so that what npm starts ends with it.
  const child = spawn('bash', ['-c', command], { cwd, env, detached: true, stdio: 'pipe' });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const untilMs = performance.now() + READY_MAX_MS;
  while (!(await isReady(port))) {
    const waited = performance.now() > untilMs;
    if (waited || child.exitCode !== null) {
      await stopGroup(child);
      assert.fail(`${command} is not ready: ${said.slice(-2_000)}`);
    }
    await delay(50);
  }
  return { port, stop: () => stopGroup(child) };
}

async function isReady(port: number): Promise<boolean> {
  const reply = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
  await reply?.text();
  return reply?.status === 200;
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  process.kill(-child.pid!, 'SIGTERM');
  await exited;
}
