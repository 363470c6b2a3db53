// Reads a text with placeholders in the notation of Mustache: values, sections, inverted sections and
// comments. Partials and other delimiters it has none, so that a text is complete in itself. Says what is
// wrong and where; fills nothing in.

export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'value'; name: string }
  | { kind: 'section' | 'inverted'; name: string; parts: Part[] };

export type Template = readonly Part[];

export type ReadTemplate = { ok: true; template: Template } | { ok: false; wrong: string };

/** Sections within sections. */
const DEPTH_MAX = 8;
const NAME = /^(?:\.|[\w-]+(?:\.[\w-]+)*)$/;
const SIGNS = new Set(['#', '^', '/', '!', '&', '>', '=']);

/** A text as its parts; sections hold theirs. */
export function readTemplate(text: string): ReadTemplate {
  const reader = new Reader(text);
  const wrong = reader.read();
  return wrong === undefined ? { ok: true, template: reader.parts } : { ok: false, wrong };
}

interface Open {
  name: string;
  parts: Part[];
  from: number;
}

interface Tag {
  sign: string;
  name: string;
  start: number;
  end: number;
}

class Reader {
  readonly parts: Part[] = [];
  readonly #text: string;
  readonly #open: Open[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** What is wrong, if anything. */
  read(): string | undefined {
    for (let start = this.#next(); start >= 0; start = this.#next()) {
      const tag = this.#tagAt(start);
      if (tag === undefined) return this.#said(start, 'a placeholder is never closed');
      const wrong = this.#take(tag);
      if (wrong !== undefined) return this.#said(start, wrong);
    }
    this.#addText(this.#text.slice(this.#at));
    const left = this.#open.at(-1);
    return left && this.#said(left.from, `{{#${left.name}}} is never closed`);
  }

  #next(): number {
    return this.#text.indexOf('{{', this.#at);
  }

  #tagAt(start: number): Tag | undefined {
    const triple = this.#text.startsWith('{{{', start);
    const [open, close] = triple ? ['{{{', '}}}'] : ['{{', '}}'];
    const end = this.#text.indexOf(close, start + open.length);
    if (end < 0) return undefined;
    const inside = this.#text.slice(start + open.length, end).trim();
    const sign = !triple && SIGNS.has(inside.charAt(0)) ? inside.charAt(0) : '';
    const name = inside.slice(sign.length).trim();
    return { sign, name, start, end: end + close.length };
  }

  #take({ sign, name, start, end }: Tag): string | undefined {
    if (sign === '>' || sign === '=') return `{{${sign}}} is not known here`;
    if (sign !== '!' && !NAME.test(name)) return `"${name.slice(0, 40)}" is no name`;
    this.#takeText(sign, start, end);
    if (sign === '!') return undefined;
    if (sign === '/') return this.#close(name);
    if (sign === '#' || sign === '^') return this.#begin(sign, name, start);
    this.#here.push({ kind: 'value', name });
    return undefined;
  }

  /** What stands before a tag; a line that has nothing but a section's tag or a comment leaves no line. */
  #takeText(sign: string, start: number, end: number): void {
    const before = this.#text.slice(this.#at, start);
    this.#at = end;
    const lineStart = this.#text.lastIndexOf('\n', start - 1) + 1;
    const lineEnd = this.#text.indexOf('\n', end);
    const around =
      this.#text.slice(start === 0 ? 0 : lineStart, start) +
      this.#text.slice(end, lineEnd < 0 ? undefined : lineEnd);
    const isAlone = sign !== '' && sign !== '&' && around.trim() === '';
    if (!isAlone) {
      this.#addText(before);
      return;
    }
    this.#addText(before.replace(/[^\n]*$/, ''));
    this.#at = lineEnd < 0 ? this.#text.length : lineEnd + 1;
  }

  #begin(sign: '#' | '^', name: string, from: number): string | undefined {
    if (this.#open.length >= DEPTH_MAX) return `more than ${DEPTH_MAX} sections in each other`;
    const parts: Part[] = [];
    this.#here.push({ kind: sign === '#' ? 'section' : 'inverted', name, parts });
    this.#open.push({ name, parts, from });
    return undefined;
  }

  #close(name: string): string | undefined {
    const open = this.#open.pop();
    if (open === undefined) return `{{/${name}}} closes nothing`;
    return open.name === name ? undefined : `{{/${name}}} where {{/${open.name}}} is expected`;
  }

  get #here(): Part[] {
    return this.#open.at(-1)?.parts ?? this.parts;
  }

  #addText(text: string): void {
    if (text !== '') this.#here.push({ kind: 'text', text });
  }

  #said(at: number, wrong: string): string {
    return `line ${this.#text.slice(0, at).split('\n').length}: ${wrong}`;
  }
}
