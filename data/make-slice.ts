// Cuts one month out of the full order file, its lines unchanged and in their order:
//
//   node data/make-slice.ts online_retail.csv.gz 2010-12
//
// writes data/online-retail-2010-12.csv.gz. The same file and month give the same bytes.

import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { constants, createGunzip, gzipSync } from 'node:zlib';

const [source, month] = process.argv.slice(2);
if (source === undefined || !/^\d{4}-\d{2}$/.test(month ?? '')) {
  process.stderr.write('usage: node data/make-slice.ts FILE.csv.gz YYYY-MM\n');
  process.exit(2);
}

// No field of the file holds a line break, and none but InvoiceDate looks like a moment.
const inMonth = new RegExp(`,${month}-\\d\\d \\d\\d:\\d\\d:\\d\\d,`);
const input = createInterface({
  input: createReadStream(source).pipe(createGunzip()),
  crlfDelay: Number.POSITIVE_INFINITY,
});
const kept: string[] = [];
let heading = true;
for await (const line of input) {
  if (heading || inMonth.test(line)) kept.push(line);
  heading = false;
}
const target = join(import.meta.dirname, `online-retail-${month}.csv.gz`);
writeFileSync(target, gzipSync(`${kept.join('\n')}\n`, { level: constants.Z_BEST_COMPRESSION }));
process.stdout.write(`${target}: ${kept.length - 1} lines\n`);
