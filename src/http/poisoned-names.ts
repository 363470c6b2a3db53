// Finds the member names that poison prototypes where an object is merged carelessly. The parser of
// bodies refuses them in a whole body; a batch looks for them item by item. Never recurses: what comes
// in may be nested deeper than the stack.

/** Whether a parsed value has `__proto__`, or `constructor` with `prototype`, as names anywhere. */
export function poisonedName(value: object): boolean {
  const open: object[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const name of Object.keys(next)) {
      if (name === '__proto__') return true;
      const member = (next as Record<string, unknown>)[name];
      if (typeof member !== 'object' || member === null) continue;
      if (name === 'constructor' && Object.hasOwn(member, 'prototype')) return true;
      open.push(member);
    }
  }
  return false;
}
