// 53-bit fingerprints: of texts, to find an idempotency key or an id in an index, and of a command, to
// tell two commands under one key apart. Not for secrets. Two 32-bit lanes of multiply-xor with a
// final mix (the finaliser of MurmurHash3, Austin Appleby, public domain).

import type { Json } from '../engines/contract.ts';

const LOW_FIRST = 0x9e3779b9 | 0;
const HIGH_FIRST = 0x85ebca6b | 0;
/** Marks what follows; no UTF-16 unit is as large. */
const TEXT = 0x10001;
const NUMBER = 0x10002;
const TRUE = 0x10003;
const FALSE = 0x10004;
const NULL = 0x10005;
const LIST = 0x10006;
const OBJECT = 0x10007;
const END = 0x10008;

// The two lanes. Nothing waits between a start and its end, so that one pair serves all; a closure or
// a canonical text for each command took five times as long.
let low = 0;
let high = 0;

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/** Fingerprint of one text. */
export function textFingerprint(text: string): number {
  start();
  addText(text);
  return finished();
}

/** Fingerprint of the texts in order; `['ab', 'c']` and `['a', 'bc']` differ. */
export function fingerprint(one: string, other: string): number {
  start();
  addText(one);
  addText(other);
  return finished();
}

/**
 * Fingerprint of a command as text. The order of an object's fields does not matter, and a
 * field that is undefined is as good as none; the order of a list does.
 */
export function commandFingerprint(verb: string, command: object): string {
  start();
  addText(verb);
  addValue(command as Json);
  const print = finished();
  // Two small integers: a large one takes ten times as long to write out.
  return `${(print / 0x1_0000_0000) | 0}.${print | 0}`;
}

/**
 * Whether two fingerprints may be of one command. Those of the form before this one (base 36, without
 * a dot) cannot be compared with others; a command that was accepted under such a one counts as the
 * same, because the key says so.
 */
export function sameCommand(one: string, other: string): boolean {
  return one === other || one.includes('.') !== other.includes('.');
}

function start(): void {
  low = LOW_FIRST;
  high = HIGH_FIRST;
}

function add(code: number): void {
  low = Math.imul(low ^ code, 0x9e3779b1);
  high = Math.imul(high ^ code, 0x5f356495);
}

function addText(text: string): void {
  let one = low;
  let other = high;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    one = Math.imul(one ^ code, 0x9e3779b1);
    other = Math.imul(other ^ code, 0x5f356495);
  }
  low = one;
  high = other;
  add(TEXT);
}

function addValue(value: Json | undefined): void {
  if (typeof value === 'string') addText(value);
  else if (typeof value === 'number') addNumber(value);
  else if (typeof value === 'boolean') add(value ? TRUE : FALSE);
  else if (value === null || value === undefined) add(NULL);
  else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) addValue(value[index]);
    add(LIST);
    add(value.length);
  } else addObject(value);
}

function addNumber(value: number): void {
  // Minus zero is zero, as in JSON.
  double[0] = value + 0;
  add(halves[0]!);
  add(halves[1]!);
  add(NUMBER);
}

/** Fields are added up, each with a fingerprint of its own, so that their order does not matter. */
function addObject(value: { [key: string]: Json }): void {
  const [lowBefore, highBefore] = [low, high];
  let lowSum = 0;
  let highSum = 0;
  for (const key of Object.keys(value)) {
    const field = value[key];
    if (field === undefined) continue;
    start();
    addText(key);
    addValue(field);
    lowSum = (lowSum + mix(low ^ mix(high))) | 0;
    highSum = (highSum + mix(high ^ low)) | 0;
  }
  low = lowBefore;
  high = highBefore;
  add(OBJECT);
  add(lowSum);
  add(highSum);
  add(END);
}

function finished(): number {
  const one = mix(low ^ mix(high));
  const other = mix(high ^ one);
  return (other & 0x1fffff) * 0x1_0000_0000 + one;
}

function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
