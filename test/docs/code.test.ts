// The code in the documentation: TypeScript compiles against the library as it is, whole programs
// run and print what the page shows, JSON parses. Programs that speak to port 8080 share one server
// per page, which starts empty.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { kafkaMissing } from '../support/kafka.ts';
import { ROOT } from '../support/test-files.ts';
import { namesKafka, PageServers } from './page-servers.ts';
import { type Block, blocksOf, PAGES } from './pages.ts';
import { makeScratchFolder } from './scratch-folder.ts';
import { assertShows, shownAfter } from './shown-output.ts';

const run = promisify(execFile);
const scratch = makeScratchFolder();
const servers = new PageServers();
after(async () => {
  await servers.close();
  scratch.remove();
});

/** What a block without imports may take as given. */
const GIVEN = `
import { Stock, type Engine } from 'holdfast';
import { HoldfastClient, HoldfastClientError } from 'holdfast/client';
declare const stock: Stock;
declare const client: HoldfastClient;
declare const engine: Engine;
`;
const MODULES: Record<string, string> = {
  'holdfast/client': 'src/client/index.ts',
  'holdfast/server': 'src/http/index.ts',
  'holdfast/senders/conformance': 'src/senders/conformance.ts',
  'holdfast/senders': 'src/senders/index.ts',
  'holdfast/payments': 'src/orders/payments/index.ts',
  'holdfast/conformance': 'src/engines/conformance/conformance.ts',
  'holdfast/kafka': 'src/kafka/index.ts',
  holdfast: 'src/index.ts',
};
const TSCONFIG = {
  extends: join(ROOT, 'tsconfig.json'),
  compilerOptions: {
    noUnusedLocals: false,
    rewriteRelativeImportExtensions: false,
    typeRoots: [join(ROOT, 'node_modules/@types')],
    moduleDetection: 'force',
  },
  include: ['*.ts'],
};

const all = PAGES.flatMap((page) => blocksOf(page).map((block, index) => ({ block, index })));
const inLanguage = (...names: string[]) =>
  all.filter(({ block }) => names.includes(block.language));

describe('code in the documentation', () => {
  const typescript = inLanguage('ts').map(({ block, index }) => ({
    block,
    index,
    file: `${block.page.replace(/\W/g, '-')}-line-${block.line}.ts`,
  }));

  test(`${typescript.length} blocks of TypeScript compile`, async () => {
    for (const { block, file } of typescript) {
      writeFileSync(join(scratch.path, file), isProgram(block) ? local(block.text) : given(block));
    }
    const config = join(scratch.path, 'tsconfig.docs.json');
    writeFileSync(config, JSON.stringify(TSCONFIG));
    await run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', config], { cwd: scratch.path }).catch(
      ({ stdout }) => assert.fail(stdout),
    );
  });

  for (const { block, index, file } of typescript.filter((each) => isProgram(each.block))) {
    if (block.remark.startsWith('only compiled')) continue;
    const skip = namesKafka(block.text) ? (kafkaMissing() ?? false) : false;
    test(`the program at ${block.page}:${block.line} runs`, { skip }, async () => {
      const text = await servers.pointAt(block.page, local(block.text));
      writeFileSync(join(scratch.path, file), text);
      const options = { cwd: scratch.path, timeout: 120_000 };
      const { stdout } = await run(process.execPath, [file], options);
      const shown = shownAfter(blocksOf(block.page), index);
      if (shown !== undefined) assertShows(stdout, shown);
    });
  }

  for (const { block } of inLanguage('js')) {
    test(`the script at ${block.page}:${block.line} parses`, async () => {
      const file = join(scratch.path, 'script.mjs');
      writeFileSync(file, block.text);
      await assert.doesNotReject(run(process.execPath, ['--check', file]));
    });
  }

  for (const { block } of inLanguage('json')) {
    test(`the JSON at ${block.page}:${block.line} parses`, () => {
      assert.doesNotThrow(() => JSON.parse(block.text));
    });
  }

  test('every block says what it is', () => {
    const known = ['sh', 'ts', 'js', 'json', 'text', 'sql', 'csv', 'mermaid', 'html', 'http'];
    const unknown = all.filter(({ block }) => !known.includes(block.language));
    assert.deepEqual(
      unknown.map(({ block }) => `${block.page}:${block.line}: "${block.language}"`),
      [],
    );
  });
});

function isProgram({ text }: Block): boolean {
  return /^import .* from 'holdfast/m.test(text);
}

function given({ text }: Block): string {
  return `${local(GIVEN)}\n${text}`;
}

/** The same text, importing the library from this checkout. */
function local(text: string): string {
  let result = text;
  for (const [name, path] of Object.entries(MODULES)) {
    result = result.replaceAll(`from '${name}'`, `from '${join(ROOT, path)}'`);
  }
  return result;
}
