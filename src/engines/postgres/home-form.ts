// What the schema of a store is made for: everything. One that holds a part of another store is none.

import { randomUUID } from 'node:crypto';
import type { SchemaForm } from './migrations.ts';

export const HOME_FORM: SchemaForm = {
  folder: new URL('./sql/', import.meta.url),
  facts: () => ({
    ...{ journal_id: randomUUID(), position: '0', at_ms: '0' },
    ...{ alive_ms: '0', due_not_before_ms: '0' },
  }),
  refuses: (facts) => {
    const part = facts.get('part');
    if (part === undefined) return undefined;
    return `this is the part ${part} of another store; open its home, with --part ${part}=...`;
  },
};
