// The suite that every engine passes, for this one: `node --test`.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { runConformance } from 'holdfast/conformance';
import { LinesEngine } from './lines-engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'lines-engine-'));
after(() => rmSync(folder, { recursive: true }));
let made = 0;

runConformance({
  name: 'lines',
  open: (time) => {
    made += 1;
    return LinesEngine.open(join(folder, `${made}.jsonl`), time);
  },
  reopen: (closed, time) => LinesEngine.open((closed as LinesEngine).path, time),
});
