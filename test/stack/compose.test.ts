// compose.yaml and Dockerfile say only what the command line, the server and the checks of a Redis know; the server
// is started as they say, over services that are started so.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { serveCommand } from '../../src/cli/serve.ts';
import { ROUTE_ROLES } from '../../src/http/access/route-roles.ts';
import { emptyFolder, run, seen, start } from '../cli/cli-process.ts';
import { lastingPort } from '../support/free-port.ts';
import { KAFKA_SETTINGS } from '../support/kafka/server.ts';
import { freshName, kafkaMissing, provideKafka } from '../support/kafka.ts';
import { freshSchema, postgresMissing } from '../support/postgres.ts';
import { ownRedisMissing, startRedis } from '../support/redis.ts';
import { ROOT } from '../support/test-files.ts';
import { textOf } from '../tidy/project-files.ts';
import { composed, filledIn, settingsOf } from './composed.ts';

const { services, volumes } = composed();
const { holdfast, front, redis, kafka } = services;
const STARTS = /^FROM (\S+)/gm;

interface Described {
  version?: string;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
}

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const locked: Record<string, Described> = read(join(ROOT, 'package-lock.json')).packages;

describe('compose.yaml', () => {
  test('names images by a version', () => {
    for (const { image, build } of Object.values(services)) {
      if (build === undefined) assert.match(image, /^[\w/]+:\d+\.\d+(\.\d+)?$/);
    }
  });

  test('starts the server with options and variables that it has', () => {
    const options = serveCommand().options;
    const [command, ...words] = holdfast.command!;
    assert.equal(command, 'serve');
    for (const word of words.filter((each) => each.startsWith('-'))) {
      assert.ok(
        options.some(({ long }) => long === word),
        `serve has no ${word}`,
      );
    }
    for (const name of Object.keys(holdfast.environment!)) {
      assert.ok(
        options.some(({ envVar }) => envVar === name),
        `serve reads no ${name}`,
      );
    }
  });

  test('asks for health where there is an answer, without a key', () => {
    const asked = holdfast.healthcheck.test.join(' ');
    const port = holdfast.command!.at(-1)!;
    const path = /http:\/\/127\.0\.0\.1:(\d+)(\/\w+)/.exec(asked);
    assert.equal(path?.[1], port);
    assert.equal(ROUTE_ROLES[`GET ${path[2]}`], 'open');
  });

  test('waits for services that it has, which are asked how they are, and keeps what they keep', () => {
    for (const [name, { condition }] of Object.entries(holdfast.depends_on!)) {
      assert.equal(condition, 'service_healthy');
      assert.ok(name in services, name);
    }
    for (const [name, service] of Object.entries(services)) {
      assert.ok(service.healthcheck.test.length > 1, `nobody asks how ${name} is`);
      for (const [place] of service.volumes.map((volume) => volume.split(':'))) {
        const isThere = place!.startsWith('./')
          ? existsSync(join(ROOT, place!))
          : place! in volumes;
        assert.ok(isThere, place);
      }
    }
  });

  test('finds every service by the name that it has here', () => {
    for (const [name, value] of Object.entries(holdfast.environment!)) {
      if (!URL.canParse(filledIn(value))) continue;
      const { hostname } = new URL(filledIn(value));
      assert.ok(hostname in services, `${name} is at ${hostname}`);
    }
  });

  test('points nginx at the server', () => {
    const sed = /sed -i s\/([^/]+)\/([^/]+)\/ \S+\/place\.conf/.exec(front.command!.at(-1)!)!;
    const [, from, to] = sed;
    assert.match(textOf('deploy/nginx/holdfast/place.conf'), new RegExp(`server ${from} `));
    assert.equal(to, `holdfast:${holdfast.command!.at(-1)}`);
  });

  test('sets up the one Kafka as those of the tests are', () => {
    for (const [name, value] of Object.entries(kafka.environment!)) {
      const setting = name
        .replace(/^KAFKA_/, '')
        .toLowerCase()
        .replaceAll('_', '.');
      const known = ['listeners', 'advertised.listeners', 'controller.quorum.voters', 'log.dirs'];
      if (known.includes(setting) || setting === 'num.partitions') continue;
      assert.equal(value, KAFKA_SETTINGS[setting], name);
    }
  });
});

describe('the image', () => {
  test('is of the Node.js that the tests run on', () => {
    const images = [...textOf('Dockerfile').matchAll(STARTS)].map(([, image]) => image);
    const { version } = locked['node_modules/node']!;
    assert.deepEqual([...new Set(images)], [`node:${version}-slim`]);
  });

  test('is made of files that are there', () => {
    const copied = [...textOf('Dockerfile').matchAll(/^COPY (?!--from)(.*) \S+$/gm)];
    const paths = copied.flatMap(([, words]) => words!.split(' '));
    assert.ok(paths.length > 5);
    for (const path of paths) assert.ok(existsSync(join(ROOT, path)), path);
  });

  test('has every driver, in the versions of the lock file', () => {
    const folder = emptyFolder();
    for (const name of ['package.json', 'package-lock.json']) {
      copyFileSync(join(ROOT, name), join(folder, name));
    }
    execFileSync(process.execPath, [join(ROOT, 'deploy/with-drivers.js')], { cwd: folder });
    const lock = read(join(folder, 'package-lock.json')).packages[''] as Described;
    for (const { dependencies } of [read(join(folder, 'package.json')) as Described, lock]) {
      for (const driver of Object.keys(locked['']!.peerDependencies)) {
        assert.equal(dependencies[driver], locked[`node_modules/${driver}`]!.version, driver);
      }
    }
  });
});

const missing = ownRedisMissing() ?? postgresMissing() ?? kafkaMissing();

test('the server starts as composed, on a Redis as composed', {
  skip: missing ?? false,
}, async (t) => {
  const [server, schema] = [await startRedis(settingsOf(redis.command!)), await freshSchema()];
  t.after(() => server.remove());
  t.after(() => schema.drop());
  const [broker, folder, port] = [await provideKafka(), emptyFolder(), await lastingPort()];
  const at: Record<string, string> = {
    HOLDFAST_ENGINE: server.address,
    HOLDFAST_RECORD: schema.address,
    HOLDFAST_EVENTS: `kafka://${broker}/${freshName('events')}`,
    HOLDFAST_QUEUE: `kafka://${broker}/${freshName('turns')}`,
    HOLDFAST_KEYS: join(folder, 'keys'),
  };
  const env: Record<string, string> = {};
  for (const name of Object.keys(holdfast.environment!)) env[name] = at[name]!;
  const words = holdfast.command!.map((word) => (word === '8080' ? String(port) : word));
  const early = await run(words, { cwd: folder, env });
  assert.match(early.stderr, /there are no API keys/, 'it let everybody in');
  const made = await run(['keys', 'create', '--role', 'admin'], { cwd: folder, env });
  assert.equal(made.code, 0, made.stderr);

  const { child, ended } = start(words, { cwd: folder, env });
  t.after(() => child.kill('SIGKILL'));
  await seen(child.stdout, /Holdfast serves redis:/);
  const [, ...health] = holdfast.healthcheck.test;
  const asked = health.map((word) => word.replace(':8080/', `:${port}/`));
  // Throws where the check fails.
  execFileSync(process.execPath, asked.slice(1), { timeout: 600_000 });
  const authorization = `Bearer ${made.stdout.trim()}`;
  const reply = await fetch(`http://127.0.0.1:${port}/v1/pools`, { headers: { authorization } });
  assert.equal(reply.status, 200);
  child.kill('SIGTERM');
  assert.equal((await ended).code, 0);
});
