// The tables' documents in segments by time-ordered id. The open segment has its id alone as index, and
// what is known of its blocks (segment-blocks.ts); when it is full its secondary indexes are built at
// once, in order: kept up row by row on random buyers and references they cost twelve times as much.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Document } from '../contract.ts';
import { columnsOf, type DocumentColumns, documentSum } from './row-sums.ts';
import { BlockTables, SegmentBlocks } from './segment-blocks.ts';

/** Rows after which a segment is closed (tests set fewer). */
const SEGMENT_ROWS_MAX = Number(process.env.HOLDFAST_SEGMENT_ROWS ?? 65_536);
/** Segments whose blocks are kept at hand, some 70 KB each; beyond it they are read again. */
const BLOCKS_AT_HAND_MAX = 128;

interface Segment {
  n: number;
  startId: string;
  rows: number;
  live: number;
  closed: boolean;
  /** Read when it is first written to. */
  blocks: SegmentBlocks | undefined;
  insert: StatementSync;
  /** Ends the life of a row that was live, if its owners are as they were: most are. */
  finish: StatementSync;
  /** Writes a row that was live and still is. */
  stay: StatementSync;
  update: StatementSync;
  owners: StatementSync;
}

export class Segments {
  readonly #tables: DatabaseSync;
  readonly #segments: Segment[] = [];
  readonly #dirty = new Set<Segment>();
  readonly #rowsMax: number;
  readonly #blockTables: BlockTables;
  #blocksAtHand = 0;

  constructor(tables: DatabaseSync, { rowsMax = SEGMENT_ROWS_MAX } = {}) {
    this.#tables = tables;
    this.#blockTables = new BlockTables(tables);
    this.#rowsMax = rowsMax;
    for (const row of tables.prepare('SELECT * FROM segment ORDER BY n').all()) {
      this.#segments.push(
        this.#prepared({
          n: Number(row.n),
          startId: String(row.start_id),
          rows: Number(row.rows),
          live: Number(row.live),
          closed: row.closed === 1,
          blocks: undefined,
        }),
      );
    }
    if (this.#segments.length === 0) this.#create('');
  }

  /** By how many there are more live documents. */
  put(document: Document, text: string): -1 | 0 | 1 {
    const segment = this.#segmentOf(document.id);
    this.#dirty.add(segment);
    const columns = columnsOf(document);
    const sum = documentSum(columns, text);
    const { id, kind, state, final, buyer, reference, owners, due } = columns;
    const blocks = this.#blocksOf(segment);
    if (document.version > 1) {
      const isFinal = final === 1;
      let finished = isFinal && this.#finish(segment, columns, { text, sum });
      if (!finished && (isFinal || segment.closed)) {
        const changed = this.#changeOwners(segment, columns);
        finished = isFinal && changed && this.#finish(segment, columns, { text, sum });
      }
      if (finished) {
        blocks.update(document, columns, true);
        segment.live -= 1;
        return -1;
      }
      if (!isFinal && Number(segment.stay.run(state, owners, due, text, sum, id).changes) === 1) {
        blocks.update(document, columns, true);
        return 0;
      }
      const { changes } = segment.update.run(state, final, owners, due, text, sum, id);
      if (Number(changes) !== 1) throw new Error(`document ${id} is not where it should be`);
      blocks.update(document, columns, false);
      if (isFinal) return 0;
      // It was over: a sale that is cancelled, money that came late.
      segment.live += 1;
      return 1;
    }
    segment.insert.run(id, kind, state, final, buyer, reference, owners, due, text, sum);
    blocks.insert(document, columns);
    segment.rows += 1;
    segment.live += 1 - final;
    if (segment.closed) this.#insertOwners(segment.n, 'WHERE d.id = ?', id);
    else if (segment.rows >= this.#rowsMax) this.#close(segment);
    return final === 1 ? 0 : 1;
  }

  /** Writes the counts; call before the transaction ends. */
  flush(): void {
    const update = this.#tables.prepare(
      'UPDATE segment SET rows = ?, live = ?, closed = ? WHERE n = ?',
    );
    for (const { rows, live, closed, n, blocks } of this.#dirty) {
      update.run(rows, live, closed ? 1 : 0, n);
      blocks?.flush();
    }
    this.#dirty.clear();
    this.#blockTables.flush();
    if (this.#blocksAtHand <= BLOCKS_AT_HAND_MAX) return;
    for (const segment of this.#segments) segment.blocks = undefined;
    this.#blocksAtHand = 0;
  }

  #segmentOf(id: string): Segment {
    let index = this.#segments.length - 1;
    while (index > 0 && id < this.#segments[index]!.startId) index -= 1;
    return this.#segments[index]!;
  }

  #blocksOf(segment: Segment): SegmentBlocks {
    if (segment.blocks === undefined) {
      segment.blocks = new SegmentBlocks(this.#blockTables, segment);
      this.#blocksAtHand += 1;
    }
    return segment.blocks;
  }

  #create(startId: string): void {
    const n = this.#segments.length;
    this.#tables.exec(`CREATE TABLE document_${n} (
      id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, final INTEGER NOT NULL,
      buyer TEXT, reference TEXT, owners TEXT NOT NULL, due INTEGER,
      body TEXT NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID`);
    this.#tables.prepare('INSERT INTO segment VALUES (?, ?, 0, 0, 0)').run(n, startId);
    this.#segments.push(
      this.#prepared({ n, startId, rows: 0, live: 0, closed: false, blocks: undefined }),
    );
  }

  #close(segment: Segment): void {
    const { n } = segment;
    this.#tables.exec(`
      CREATE INDEX document_${n}_buyer ON document_${n} (buyer) WHERE buyer IS NOT NULL;
      CREATE INDEX document_${n}_reference ON document_${n} (reference)
        WHERE reference IS NOT NULL;
      CREATE TABLE document_${n}_owner (owner TEXT NOT NULL, id TEXT NOT NULL,
        PRIMARY KEY (owner, id)) WITHOUT ROWID`);
    this.#insertOwners(n, 'ORDER BY o.value, d.id');
    segment.blocks?.close();
    segment.closed = true;
    // Ids come nearly in order: the next segment starts after the highest one that is here, and
    // what comes late with a lower one belongs here.
    const last = this.#tables.prepare(`SELECT max(id) AS id FROM document_${n}`).get();
    this.#create(`${String(last?.id)}~`);
  }

  #finish(
    segment: Segment,
    { state, owners, id }: DocumentColumns,
    { text, sum }: { text: string; sum: number },
  ): boolean {
    return Number(segment.finish.run(state, text, sum, id, owners).changes) === 1;
  }

  /** A cart that was changed is found by the pools that it has now; whether it has others. */
  #changeOwners(segment: Segment, { id, owners }: DocumentColumns): boolean {
    const { n, closed } = segment;
    const before = segment.owners.get(id);
    if (before === undefined || before.owners === owners) return false;
    this.#tables.prepare(`UPDATE document_${n} SET owners = ? WHERE id = ?`).run(owners, id);
    if (!closed) return true;
    const remove = this.#tables.prepare(
      `DELETE FROM document_${n}_owner WHERE owner = ? AND id = ?`,
    );
    for (const owner of JSON.parse(String(before.owners)) as string[]) remove.run(owner, id);
    this.#tables
      .prepare(`INSERT OR IGNORE INTO document_${n}_owner SELECT value, ? FROM json_each(?)`)
      .run(id, owners);
    return true;
  }

  #insertOwners(n: number, tail: string, ...values: string[]): void {
    this.#tables
      .prepare(
        `INSERT OR IGNORE INTO document_${n}_owner
         SELECT o.value, d.id FROM document_${n} AS d, json_each(d.owners) AS o ${tail}`,
      )
      .run(...values);
  }

  #prepared(segment: Omit<Segment, 'insert' | 'finish' | 'stay' | 'update' | 'owners'>): Segment {
    const table = `document_${segment.n}`;
    return {
      ...segment,
      insert: this.#tables.prepare(`INSERT INTO ${table} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
      finish: this.#tables.prepare(
        `UPDATE ${table} SET state = ?, final = 1, due = NULL, body = ?, sum = ?
         WHERE id = ? AND final = 0 AND owners = ?`,
      ),
      stay: this.#tables.prepare(
        `UPDATE ${table} SET state = ?, owners = ?, due = ?, body = ?, sum = ?
         WHERE id = ? AND final = 0`,
      ),
      update: this.#tables.prepare(
        `UPDATE ${table} SET state = ?, final = ?, owners = ?, due = ?, body = ?, sum = ? WHERE id = ?`,
      ),
      owners: this.#tables.prepare(`SELECT owners FROM ${table} WHERE id = ?`),
    };
  }
}
