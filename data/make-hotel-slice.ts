// Cuts the arrivals of one week at one hotel out of the full file of hotel bookings, its lines unchanged
// and in their order:
//
//   node data/make-hotel-slice.ts hotel_bookings.csv.gz 'Resort Hotel' 2016 21
//
// writes data/hotel-bookings-2016-week-21.csv.gz. The same file and week give the same bytes.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gunzipSync, gzipSync } from 'node:zlib';

const [source, hotel, year, week] = process.argv.slice(2);
if (source === undefined || week === undefined) {
  process.stderr.write('usage: node data/make-hotel-slice.ts FILE.csv.gz HOTEL YEAR WEEK\n');
  process.exit(2);
}

const [heading, ...lines] = gunzipSync(readFileSync(source)).toString().trimEnd().split('\n');
// hotel, is_canceled, lead_time, year, month, week of arrival: no field of the file is quoted.
const kept = lines.filter((line) => {
  const fields = line.split(',');
  return fields[0] === hotel && fields[3] === year && fields[5] === week;
});
const target = join(import.meta.dirname, `hotel-bookings-${year}-week-${week}.csv.gz`);
const text = `${[heading, ...kept].join('\n')}\n`;
writeFileSync(target, gzipSync(text, { level: constants.Z_BEST_COMPRESSION }));
process.stdout.write(`${target}: ${kept.length} lines\n`);
