// Finds the placeholders that can never stand for anything, by an example that has all there is. What
// callers make up themselves (metadata) and what differs from event to event (data) may have any name.

import type { Json, JsonObject } from '../engines/contract.ts';
import { lookUp, type Scope, textOf } from './fill-template.ts';
import type { Part, Template } from './template.ts';

/** Below these any name may be. */
const OPEN = /^data$|(?:^|\.)metadata$/;

/** Names of `template` that `example` does not have, each once. */
export function wrongPlaceholders(
  template: Template,
  example: JsonObject,
  writers: readonly string[],
): string[] {
  const looking = new Looking(writers);
  looking.look(template, { value: example });
  return [...looking.wrong];
}

class Looking {
  readonly wrong = new Set<string>();
  readonly #writers: readonly string[];
  /** Within a section of which nobody knows what it has. */
  readonly #unknown = new Set<Scope>();

  constructor(writers: readonly string[]) {
    this.#writers = writers;
  }

  look(parts: readonly Part[], scope: Scope): void {
    for (const part of parts) if (part.kind !== 'text') this.#lookAt(part, scope);
  }

  #lookAt(part: Exclude<Part, { kind: 'text' }>, scope: Scope): void {
    const { name } = part;
    const isOpen = this.#unknown.has(scope) || isBelowOpen(name);
    const value = lookUp(scope, name);
    const writes = part.kind === 'section' && this.#writers.includes(name);
    if (!isOpen && !writes && value === undefined) this.wrong.add(name);
    if (part.kind === 'value') {
      if (!isOpen && value !== undefined && textOf(value) === undefined) this.wrong.add(name);
      return;
    }
    if (part.kind === 'inverted' || writes) {
      this.look(part.parts, scope);
      return;
    }
    const inner: Scope = { value: firstOf(value), outer: scope };
    if (isOpen || value === undefined) this.#unknown.add(inner);
    this.look(part.parts, inner);
  }
}

function isBelowOpen(name: string): boolean {
  const segments = name.split('.');
  return segments.some((_, index) => OPEN.test(segments.slice(0, index + 1).join('.')));
}

function firstOf(value: Json | undefined): Json | undefined {
  return Array.isArray(value) ? value[0] : value;
}
