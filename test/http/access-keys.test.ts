// The file of keys and the ring that a running server has of it: what is kept, what is refused, and
// what becomes of requests when the file changes, breaks or goes away.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { changeKeyFile, readKeyFile } from '../../src/http/access/key-file.ts';
import { KeyRing } from '../../src/http/access/key-ring.ts';
import { RunningTime } from '../support/running-time.ts';
import {
  addKey,
  bearer,
  idOf,
  type KeyedShop,
  newKeyFile,
  openKeyedShop,
  revokeKey,
} from './keyed-shop.ts';
import { problemOf, ServedShop } from './served-shop.ts';

describe('the file', () => {
  test('has no secrets in it, and is its owner’s alone', () => {
    const path = newKeyFile();
    const token = addKey(path, 'seller', 'till-3');
    const text = readFileSync(path, 'utf8');
    assert.ok(text.includes(idOf(token)));
    assert.ok(!text.includes(token.slice(16)));
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  test('is changed by one at a time, and left alone by a change that fails', () => {
    const path = newKeyFile();
    addKey(path, 'seller');
    const before = readFileSync(path, 'utf8');
    changeKeyFile(path, (keys) => {
      assert.throws(() => addKey(path, 'admin'), /somebody else is changing the keys/);
      return [...keys];
    });
    assert.throws(() =>
      changeKeyFile(path, () => {
        throw new Error('on second thought');
      }),
    );
    assert.equal(readFileSync(path, 'utf8'), before);
    addKey(path, 'admin');
    assert.equal(readKeyFile(path)?.length, 2);
  });

  const damages: [name: string, damage: (text: string) => string][] = [
    ['empty', () => ''],
    ['cut off', (text) => text.slice(0, -20)],
    ['of another format', (text) => text.replace('"format": 1', '"format": 2')],
    ['with an unknown role', (text) => text.replace('"seller"', '"owner"')],
    ['with half a hash', (text) => text.replace(/("sha256": ")[0-9a-f]{32}/, '$1')],
    ['no object', () => 'null'],
  ];
  for (const [name, damage] of damages) {
    test(`is refused when it is ${name}`, async () => {
      const path = newKeyFile();
      addKey(path, 'seller');
      writeFileSync(path, damage(readFileSync(path, 'utf8')));
      await assert.rejects(KeyRing.open(path), /is not a file of API keys/);
    });
  }
});

describe('a running server', () => {
  let keyed: KeyedShop;
  beforeEach(async () => {
    keyed = await openKeyedShop();
  });
  afterEach(() => keyed.close());

  const pools = (token: string) => keyed.shop.call('GET', '/v1/pools', undefined, bearer(token));

  test('takes a new key, and no revoked one', async () => {
    const { ring } = keyed;
    const token = addKey(ring.path, 'viewer');
    await ring.look();
    assert.equal((await pools(token)).status, 200);
    revokeKey(ring.path, token);
    await ring.look();
    problemOf(await pools(token), 401, 'revoked-api-key');
    assert.equal((await pools(keyed.tokens.viewer)).status, 200);
  });

  test('takes notice by itself', async () => {
    const { ring, tokens } = keyed;
    const changed = new Promise<void>((resolve) => ring.onChange(resolve));
    revokeKey(ring.path, tokens.viewer);
    // The ring's own timer does not keep a process alive; this one's does.
    const time = new RunningTime();
    await changed;
    assert.ok(time.stop() < 1_000);
    problemOf(await pools(tokens.viewer), 401, 'revoked-api-key');
  });

  test('ends the live feed of a key that is revoked, and no other', async () => {
    const { ring, shop, tokens } = keyed;
    const follow = async (token: string) => {
      const asked = get(`${shop.url}/v1/events`, { headers: bearer(token) });
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.resume().on('error', () => {});
      return { asked, response };
    };
    const ended = await follow(tokens.seller);
    const stays = await follow(tokens.viewer);
    revokeKey(ring.path, tokens.seller);
    const gone = new Promise((resolve) => ended.response.once('close', resolve));
    await ring.look();
    await gone;
    assert.equal(stays.response.closed, false);
    stays.asked.destroy();
  });

  test('lets nobody in while the file is damaged or gone', async () => {
    const { ring, tokens } = keyed;
    const intact = readFileSync(ring.path, 'utf8');
    const damage = [() => writeFileSync(ring.path, 'nonsense'), () => rmSync(ring.path)];
    for (const each of damage) {
      each();
      await ring.look();
      problemOf(await pools(tokens.admin), 503, 'unavailable');
      problemOf(await keyed.shop.get('/v1/pools'), 401, 'no-api-key');
      writeFileSync(ring.path, intact);
      await ring.look();
      assert.equal((await pools(tokens.admin)).status, 200);
    }
  });

  test('asks for keys from the moment that there are some', async (t) => {
    const ring = await KeyRing.open(newKeyFile());
    const shop = await ServedShop.open({ keys: ring });
    t.after(async () => {
      await shop.close();
      ring.close();
    });
    assert.equal((await shop.get('/v1/pools')).status, 200);
    const token = addKey(ring.path, 'viewer');
    await ring.look();
    problemOf(await shop.get('/v1/pools'), 401, 'no-api-key');
    assert.equal((await shop.call('GET', '/v1/pools', undefined, bearer(token))).status, 200);
  });
});
