// Fills a template with what is known. Values are put in as they are and never read as templates, so that
// nothing a buyer writes can change a text; names find what an object has of its own, and nothing it
// inherits. The work is bounded, whatever the template and however long the lists.

import type { Json, JsonObject } from '../engines/contract.ts';
import type { Part, Template } from './template.ts';

/** A filled text, with the names that stood for nothing; undefined where it would be too long. */
export interface Filled {
  text: string;
  empty: string[];
}

/** Sections that write what is in them another way: `{{#date}}...{{/date}}`. */
export type Writers = Readonly<Record<string, (text: string) => string>>;

export const FILLED_MAX = 100_000;
const STEPS_MAX = 200_000;

export function fillTemplate(
  template: Template,
  view: JsonObject,
  writers: Writers = {},
): Filled | undefined {
  const filling = new Filling(writers);
  const text = filling.fill(template, { value: view });
  if (filling.isOver || text.length > FILLED_MAX) return undefined;
  return { text, empty: [...filling.empty] };
}

/** What a name is looked up in, innermost first. */
export interface Scope {
  value: Json | undefined;
  outer?: Scope;
}

/** What a name stands for. */
export function lookUp(scope: Scope, name: string): Json | undefined {
  if (name === '.') return scope.value;
  const [first = '', ...rest] = name.split('.');
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
    const found = ownOf(at.value, first);
    if (found !== undefined) return rest.reduce(ownOf, found);
  }
  return undefined;
}

/** The text of a value. Money has one; other objects and lists have none. */
export function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'object') {
    const text = ownOf(value, 'text');
    return typeof text === 'string' ? text : undefined;
  }
  return value === undefined ? undefined : String(value);
}

function ownOf(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as JsonObject)[name];
}

class Filling {
  readonly empty = new Set<string>();
  readonly #writers: Writers;
  #steps = 0;
  #length = 0;

  constructor(writers: Writers) {
    this.#writers = writers;
  }

  get isOver(): boolean {
    return this.#steps > STEPS_MAX || this.#length > FILLED_MAX;
  }

  fill(parts: readonly Part[], scope: Scope): string {
    let text = '';
    for (const part of parts) {
      this.#steps += 1;
      if (this.isOver) return text;
      text += this.#fillPart(part, scope);
    }
    return text;
  }

  #fillPart(part: Part, scope: Scope): string {
    if (part.kind === 'text') return this.#counted(part.text);
    const { name } = part;
    const value = lookUp(scope, name);
    if (part.kind === 'value') return this.#valueOf(name, value);
    if (part.kind === 'inverted') return isNothing(value) ? this.fill(part.parts, scope) : '';
    if (value === undefined && Object.hasOwn(this.#writers, name)) {
      return this.#counted(this.#writers[name]!(this.fill(part.parts, scope)));
    }
    if (isNothing(value)) return '';
    const each = Array.isArray(value) ? value : [value];
    let text = '';
    for (const item of each) {
      // An empty section costs a step for each too.
      this.#steps += 1;
      if (this.isOver) break;
      text += this.fill(part.parts, { value: item, outer: scope });
    }
    return text;
  }

  #valueOf(name: string, value: Json | undefined): string {
    const text = textOf(value);
    if (text === undefined || text === '') this.empty.add(name);
    return this.#counted(text ?? '');
  }

  #counted(text: string): string {
    this.#length += text.length;
    return text;
  }
}

function isNothing(value: Json | undefined): boolean {
  return Array.isArray(value) ? value.length === 0 : !value;
}
