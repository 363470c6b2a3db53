// The contract of engines is frozen (ADR 12): what its declarations say may not change unseen. Words in
// comments may.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/test-files.ts';

const CONTRACT = join(ROOT, 'src/engines/contract.ts');
const FROZEN = '247fe4dcb4cdba38';

function declarationsOf(text: string): string {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return code.replace(/\s+/g, ' ').trim();
}

test('the contract is what ADR 12 froze', () => {
  const declarations = declarationsOf(readFileSync(CONTRACT, 'utf8'));
  const found = createHash('sha256').update(declarations).digest('hex').slice(0, 16);
  assert.equal(
    found,
    FROZEN,
    'src/engines/contract.ts declares something else than was frozen. What may change, and how, is in docs/adr/0012-the-contract-is-frozen.md',
  );
});
