// `holdfast keys`: makes, lists and revokes API keys. A running server takes notice within a second.
// Shows the secret of a key once, when it is made; nobody can show it again.

import { Command, InvalidArgumentError, Option } from 'commander';
import { type ApiKey, makeApiKey } from '../http/access/api-key.ts';
import { changeKeyFile, KeyFileTrouble, readKeyFile } from '../http/access/key-file.ts';
import { ROLES, type Role } from '../http/access/roles.ts';
import type { AttemptRate } from '../kernel/sale.ts';
import { engineOption } from './engine-option.ts';
import { CommandFailure, UsageError } from './failure.ts';
import { type KeysAddress, keysOption, keysPath } from './keys-option.ts';

const EXAMPLES = `
Examples:
  holdfast keys create --role seller --name till-3
  holdfast keys create --role seller --name shop --rate 500/2000
  holdfast keys list
  holdfast keys revoke 3f9a0c61d2e7

Roles, each with the rights of those before it: viewer (look), seller (reserve, confirm,
cancel, extend, change), operator (pools, stock, limits, returns), admin (the server).`;

interface KeysOptions extends KeysAddress {
  json?: boolean;
}

export function keysCommand(): Command {
  const create = command('create', 'make a key and print it once')
    .addOption(
      new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory(true),
    )
    .addOption(new Option('--name <name>', 'who holds it, for lists').argParser(keyName))
    .addOption(
      new Option(
        '--rate <rate>',
        'how often it may ask: 50 in a second, or 50/200 with 200 at once',
      ).argParser(keyRate),
    )
    .action(reporting(createKey));
  const list = command('list', 'list keys, revoked ones too').action(reporting(listKeys));
  const revoke = command('revoke', 'end a key')
    .argument('<id>', 'its id, as in the list')
    .action((id: string, options: KeysOptions) => reporting(revokeKey)({ ...options, id }));
  return new Command('keys')
    .description('make, list and revoke API keys')
    .addHelpText('after', EXAMPLES)
    .addCommand(create)
    .addCommand(list)
    .addCommand(revoke);
}

function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(engineOption())
    .addOption(keysOption())
    .option('--json', 'print the result as JSON');
}

function createKey({
  role,
  name,
  rate,
  json,
  ...address
}: KeysOptions & { role: Role; name?: string; rate?: AttemptRate }): void {
  const { key, token } = makeApiKey({ role, name, rate }, new Date());
  const path = pathOf(address);
  changeKeyFile(path, (keys) => [...keys, key]);
  if (json) {
    print(JSON.stringify({ name: 'keys create', id: key.id, role, key: token, file: path }));
    return;
  }
  process.stderr.write(`${described(key)}, in ${path}. It is shown this once:\n`);
  print(token);
}

function listKeys({ json, ...address }: KeysOptions): void {
  for (const key of readKeyFile(pathOf(address)) ?? []) {
    const { sha256: _, ...shown } = key;
    print(json ? JSON.stringify(shown) : described(key));
  }
}

function revokeKey({ id, json, ...address }: KeysOptions & { id: string }): void {
  changeKeyFile(pathOf(address), (keys) => {
    const key = keys.find((each) => each.id === id);
    if (key === undefined) throw new CommandFailure(`there is no key ${id}`);
    const revokedAt = key.revokedAt ?? new Date().toISOString();
    return keys.map((each) => (each === key ? { ...key, revokedAt } : each));
  });
  print(json ? JSON.stringify({ name: 'keys revoke', id }) : `Key ${id} is revoked.`);
}

function described({ id, role, name, rate, createdAt, revokedAt }: ApiKey): string {
  const of = name === undefined ? '' : ` (${name})`;
  const end = revokedAt === undefined ? '' : `, revoked ${revokedAt}`;
  const often = rate === undefined ? '' : `, ${rate.perSecond}/s and ${rate.burst} at once`;
  return `Key ${id}, ${role}${of}, made ${createdAt}${often}${end}`;
}

function pathOf(address: KeysAddress): string {
  const path = keysPath(address);
  if (path !== undefined) return path;
  throw new UsageError('this store has no file beside it: say --keys FILE');
}

function keyName(text: string): string {
  if (/^[\x21-\x7e][\x20-\x7e]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be 1 to 64 printable ASCII characters.');
}

/** `50` or `0.5/200`: tokens in a second, and how many at once. */
function keyRate(text: string): AttemptRate {
  const found = /^(\d{1,6}(?:\.\d{1,3})?)(?:\/(\d{1,6}))?$/.exec(text);
  const perSecond = Number(found?.[1]);
  const burst = Number(found?.[2] ?? Math.max(1, Math.ceil(perSecond)));
  if (perSecond > 0 && burst >= 1) return { perSecond, burst };
  throw new InvalidArgumentError('It must be a number in a second such as 50, or 50/200.');
}

function reporting<Options>(run: (options: Options) => void): (options: Options) => void {
  return (options) => {
    try {
      run(options);
    } catch (error) {
      throw error instanceof KeyFileTrouble ? new CommandFailure(error.message) : error;
    }
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
