// Of the rows of a store that is recorded in several streams, those that came in one of them, as a condition of SQL.
// Reads nothing.

/** A stream of a store. */
export interface RecordAt {
  schema: string;
  stream: string;
  /** Other streams are recorded in the same store, and know requests under the same keys. */
  isOneOfMany: boolean;
}

/** For the tables of owners, documents and requests, each by its name in the statement. */
export function isOwn({ stream, isOneOfMany }: RecordAt, table: string): string {
  return isOneOfMany ? `${table}.stream = '${stream.replaceAll("'", "''")}'` : 'true';
}
