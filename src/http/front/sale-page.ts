// The page of a sale as one document: what it shows, how it looks and what it does stand in it, so that a crowd asks
// for one thing that any cache can keep. Nothing is fetched from elsewhere, and nothing runs but what is written here.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { consoleFolder } from '../routes/console.ts';

export interface PageMaker {
  /** Of the document: its own script and style, known by their hashes. */
  policy: string;
  make(sale: string, json: string): string;
}

const ESCAPED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Reads the files that every page is made of. */
export function salePage(): PageMaker {
  const folder = join(consoleFolder(), 'sale');
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const [style, script] = [read('sale.css'), read('sale.js')];
  const whole = filled(read('sale.html'), { style, script });
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return {
    policy,
    // A script cannot be ended, nor a comment begun, without a `<`.
    make: (sale, json) =>
      filled(whole, { name: escaped(sale), sale: json.replaceAll('<', '\\u003c') }),
  };
}

/** Where each part stands: `%name%`, wrapped so that the template is well-formed without it. */
const PLACE = /(?:"|\/\*)?%(\w+)%(?:"|\*\/)?/g;

function filled(template: string, parts: Readonly<Record<string, string>>): string {
  return template.replaceAll(PLACE, (place, name: string) => parts[name] ?? place);
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (sign) => ESCAPED[sign]!);
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
