// The statements of a commit as far as a part has its tables: owners and accounts.

import type { Statement } from '../postgres/connections.ts';
import { commitStatements, writingStock } from '../postgres/statements.ts';

export type PartStatements = ReturnType<typeof partStatements>;

export function partStatements(schema: string) {
  const s = `"${schema}"`;
  const statement = (name: string, text: string): Statement => ({ name, text });
  const { lockOwners, skipOwners, makeOwners, ...others } = commitStatements(schema);
  const { lockWritten, lockGuarded, skipWritten, skipGuarded, present } = others;
  return {
    ...{ lockOwners, skipOwners, makeOwners },
    // Of documents, which are at home: never run here.
    ...{ lockWritten, lockGuarded, skipWritten, skipGuarded, present },
    accounts: statement(
      'accounts',
      `SELECT json_agg(json_build_array(id, balance, floor, inflow)) AS accounts
       FROM ${s}.account WHERE owner = ANY($1::text[])`,
    ),
    owners: statement(
      'owners',
      `SELECT o.id, o.seq,
         (SELECT json_agg(json_build_array(a.id, a.balance, a.floor, a.inflow))
          FROM ${s}.account a WHERE a.owner = o.id) AS accounts
       FROM ${s}.owner o WHERE o.id = ANY($1::text[]) AND o.seq > 0`,
    ),
    /** This part's share of what a batch changes. */
    writeShare: statement(
      'write_share',
      `WITH ${writingStock(s)}
       SELECT (SELECT count(*) FROM changed) AS changed, (SELECT count(*) FROM raised) AS raised`,
    ),
  };
}
