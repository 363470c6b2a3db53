// A database that is set up so that answers could be lost is refused, with what to do.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { HoldfastError } from '../../../src/errors.ts';
import { freshSchema, postgresMissing } from '../../support/postgres.ts';

const skip = postgresMissing() ?? false;

/** The address with a setting of the server for this session. */
async function withSetting(setting: string): Promise<string> {
  const { address } = await freshSchema();
  const url = new URL(address);
  url.searchParams.set('options', `-c ${setting}`);
  return url.href;
}

it('commits that do not wait for the disk', { skip }, async () => {
  const opened = withSetting('synchronous_commit=off').then((at) => PostgresEngine.open(at));
  await assert.rejects(opened, (error) => {
    assert.ok(error instanceof HoldfastError);
    assert.match(error.message, /synchronous_commit is off.*set it to on/s);
    return true;
  });
});

it('another level of isolation by default is no matter', { skip }, async () => {
  const address = await withSetting('default_transaction_isolation=serializable');
  const engine = await PostgresEngine.open(address);
  const [outcome] = await engine.commit([{ events: [{ type: 'noted', subject: 'x' }] }]);
  assert.ok((await outcome)?.ok);
  await engine.close();
});
