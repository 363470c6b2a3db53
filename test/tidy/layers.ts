// Who may import whom: the table of layers, lowest first. A file belongs to the row with the longest
// path that its own begins with. This table is the rule; change it only together with
// ARCHITECTURE.md.

export interface Layer {
  name: string;
  /** Files and folders of the layer. */
  paths: readonly string[];
  /** Layers it may import, beside itself. */
  mayImport: readonly string[];
  /** Layers of which it may import types alone. */
  mayImportTypes?: readonly string[];
}

const BELOW_STOCK = ['contract', 'errors', 'ids', 'kernel', 'engines'];
const BELOW_HTTP = [
  ...BELOW_STOCK,
  'stock',
  'orders',
  'outgoing',
  'senders',
  'uses',
  'admission',
  'events',
  'observe',
];

export const LAYERS: readonly Layer[] = [
  { name: 'contract', paths: ['src/engines/contract.ts'], mayImport: [] },
  { name: 'ids', paths: ['src/ids.ts'], mayImport: [] },
  { name: 'kernel', paths: ['src/kernel/'], mayImport: [], mayImportTypes: ['contract'] },
  {
    name: 'errors',
    paths: ['src/errors.ts'],
    mayImport: ['kernel'],
    mayImportTypes: ['contract'],
  },
  { name: 'observe', paths: ['src/observe/'], mayImport: ['contract', 'errors'] },
  { name: 'engines', paths: ['src/engines/'], mayImport: ['contract', 'errors', 'ids', 'kernel'] },
  {
    name: 'conformance',
    paths: ['src/engines/conformance/'],
    mayImport: ['contract', 'errors', 'kernel', 'engines'],
  },
  { name: 'stock', paths: ['src/stock.ts', 'src/stock/'], mayImport: BELOW_STOCK },
  { name: 'payment-simulator', paths: ['src/payment-simulator/'], mayImport: [] },
  {
    name: 'orders',
    paths: ['src/orders/'],
    mayImport: [...BELOW_STOCK, 'stock'],
    mayImportTypes: ['payment-simulator'],
  },
  { name: 'outgoing', paths: ['src/outgoing/'], mayImport: [] },
  { name: 'senders', paths: ['src/senders/'], mayImport: ['errors', 'outgoing'] },
  {
    name: 'uses',
    paths: ['src/uses/'],
    mayImport: [...BELOW_STOCK, 'stock', 'orders', 'outgoing', 'senders'],
  },
  {
    name: 'admission',
    paths: ['src/admission/'],
    mayImport: [...BELOW_STOCK, 'stock', 'outgoing'],
  },
  { name: 'events', paths: ['src/events/'], mayImport: ['contract', 'errors', 'kernel'] },
  {
    name: 'kafka',
    paths: ['src/kafka/'],
    mayImport: ['errors'],
    mayImportTypes: ['uses', 'http', 'client'],
  },
  {
    name: 'redis-queue',
    paths: ['src/redis-queue/'],
    mayImport: ['errors', 'kernel', 'engines'],
    mayImportTypes: ['uses'],
  },
  {
    name: 'redis-admission',
    paths: ['src/redis-admission/'],
    mayImport: ['errors', 'engines', 'admission'],
  },
  { name: 'verify', paths: ['src/verify/'], mayImport: ['contract', 'errors', 'kernel'] },
  { name: 'history', paths: ['src/history/'], mayImport: [] },
  { name: 'http', paths: ['src/http/'], mayImport: BELOW_HTTP },
  { name: 'client', paths: ['src/client/'], mayImport: [], mayImportTypes: ['kernel', 'http'] },
  { name: 'quota', paths: ['src/quota/'], mayImport: [...BELOW_STOCK, 'stock', 'client'] },
  { name: 'replay', paths: ['src/replay/'], mayImport: [...BELOW_STOCK, 'stock'] },
  {
    name: 'bench',
    paths: ['src/bench/'],
    mayImport: [...BELOW_HTTP, 'http', 'verify', 'replay', 'client'],
  },
  {
    name: 'cli',
    paths: ['src/cli/'],
    mayImport: [
      ...BELOW_HTTP,
      'http',
      'verify',
      'replay',
      'bench',
      'client',
      'quota',
      'payment-simulator',
      'kafka',
      'redis-queue',
      'redis-admission',
    ],
  },
  {
    name: 'library',
    paths: ['src/index.ts'],
    mayImport: [...BELOW_HTTP, 'http', 'verify', 'client'],
  },
];

/** Where a program or thread starts, and what is published: nobody in src/ imports these. */
export const ENTRY_POINTS: readonly string[] = [
  'src/index.ts',
  'src/cli/main.ts',
  'src/client/index.ts',
  'src/engines/conformance/conformance.ts',
  'src/engines/parts.ts',
  'src/engines/postgres/recorder.ts',
  'src/history/index.ts',
  'src/http/index.ts',
  'src/http/event-schemas/index.ts',
  'src/kafka/index.ts',
  'src/orders/payments/index.ts',
  'src/senders/index.ts',
  'src/senders/conformance.ts',
  'src/bench/http/bare-route.ts',
  'src/bench/http/bare-sale-route.ts',
  'src/bench/http/client-callers.ts',
  'src/bench/redis/hand-written-pair.ts',
  'src/engines/redis/carrier-worker.ts',
  'src/engines/sqlite/journal-writer.ts',
  'src/engines/sqlite/tables-worker.ts',
  'src/engines/sqlite/look-up-worker.ts',
  'src/engines/sqlite/archive/archive-worker.ts',
];

export function layerOf(path: string): Layer | undefined {
  let best: { layer: Layer; length: number } | undefined;
  for (const layer of LAYERS) {
    for (const prefix of layer.paths) {
      const inside = prefix.endsWith('/') ? path.startsWith(prefix) : path === prefix;
      if (inside && prefix.length > (best?.length ?? 0)) best = { layer, length: prefix.length };
    }
  }
  return best?.layer;
}
