// Writes money and moments for people, in their language. Pure: time zones and languages are handed in.

import type { Json, JsonObject } from '../engines/contract.ts';
import type { Money } from './money.ts';

/**
 * Digits behind the point of a currency's minor unit by ISO 4217, where they are not two. What Intl takes
 * for granted is what people usually write (no fils in Iraq), which is another number.
 */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  ...digits(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...digits(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...digits(4, 'CLF UYW'),
};

const FORMATS_MAX = 256;

function digits(count: number, currencies: string): Record<string, number> {
  return Object.fromEntries(currencies.split(' ').map((currency) => [currency, count]));
}

const moneyFormat = keeping((language, currency) => {
  const count = MINOR_DIGITS[currency] ?? 2;
  const places = { minimumFractionDigits: count, maximumFractionDigits: count };
  return new Intl.NumberFormat(language, { style: 'currency', currency, ...places });
});

const momentFormat = keeping((language, timeZone) => {
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone });
});

/** Keeps what is made: making a format takes 100 µs, more than all else about a message. */
function keeping<Format>(make: (language: string, of: string) => Format) {
  const known = new Map<string, Format>();
  return (language: string, of: string): Format => {
    const name = `${language} ${of}`;
    const found = known.get(name) ?? make(language, of);
    // Buyers may make up currencies.
    if (known.size < FORMATS_MAX) known.set(name, found);
    return found;
  };
}

/** `1234` of EUR in German: `12,34 €`. */
export function moneyText({ amount, currency }: Money, language: string): string {
  const count = MINOR_DIGITS[currency] ?? 2;
  // As a decimal in text: the number divided could leave the range of what is exact.
  const whole = String(Math.abs(amount)).padStart(count + 1, '0');
  const point = whole.length - count;
  const decimal = count === 0 ? whole : `${whole.slice(0, point)}.${whole.slice(point)}`;
  return moneyFormat(language, currency).format(
    `${amount < 0 ? '-' : ''}${decimal}` as Intl.StringNumericLiteral,
  );
}

/** The same with a `text` beside each amount that has a currency, however deep. */
export function withMoneyTexts(value: JsonObject, language: string): JsonObject {
  return deep(value, language) as JsonObject;
}

function deep(value: Json, language: string): Json {
  if (Array.isArray(value)) return value.map((each) => deep(each, language));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, deep(each, language)]);
  const copy = Object.fromEntries(entries) as JsonObject;
  if (isMoney(copy) && copy.text === undefined) copy.text = moneyText(copy, language);
  return copy;
}

function isMoney(value: JsonObject): value is JsonObject & { amount: number; currency: string } {
  const { amount, currency } = value;
  return (
    Number.isSafeInteger(amount) && typeof currency === 'string' && /^[A-Z]{3}$/.test(currency)
  );
}

export interface Locale {
  language: string;
  timeZone: string;
}

/** A moment, ISO 8601 or ms since 1970, in words; what is none stays as it is. */
export function momentText(text: string, { language, timeZone }: Locale): string {
  const said = text.trim();
  const ms = /^\d{1,16}$/.test(said) ? Number(said) : Date.parse(said);
  if (said === '' || Number.isNaN(new Date(ms).getTime())) return said;
  return momentFormat(language, timeZone).format(ms);
}
