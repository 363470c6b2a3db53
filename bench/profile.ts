// Says where the processor's time went, from the profiles of a server under load:
//
//     HOLDFAST_BENCH_PROFILE=profiles bin/holdfast bench http.reserve --quick
//     node bench/profile.ts profiles src/http/routes/reservations.ts
//
// With the name of a file, only tenths of a second in which that file ran are counted, and none in
// which the batch route ran: filling the store and emptying it is no part of what is asked.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Node {
  id: number;
  callFrame: { functionName: string; url: string; lineNumber: number };
  children?: number[];
}

interface Profile {
  nodes: Node[];
  samples: number[];
  timeDeltas: number[];
}

const BUCKET_US = 100_000;
const BATCH_ROUTE = 'src/http/batch-item.ts';
const MOST = 10;

export interface WhereTimeWent {
  seconds: number;
  /** Shares of the time that was not idle. */
  shares: { name: string; share: number }[];
  collectorShare: number;
  idleShare: number;
}

export function whereTimeWent(profile: Profile, during?: string): WhereTimeWent {
  const wanted = during === undefined ? undefined : bucketsOf(profile, during);
  const others = during === undefined ? new Set<number>() : bucketsOf(profile, BATCH_ROUTE);
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const selfUs = new Map<string, number>();
  let totalUs = 0;
  forEachSample(profile, ({ id, us, bucket }) => {
    if (wanted !== undefined && (!wanted.has(bucket) || others.has(bucket))) return;
    const name = nameOf(nodes.get(id)!);
    selfUs.set(name, (selfUs.get(name) ?? 0) + us);
    totalUs += us;
  });
  const idleUs = selfUs.get('(idle)') ?? 0;
  selfUs.delete('(idle)');
  const busyUs = Math.max(1, totalUs - idleUs);
  const shares = [...selfUs].map(([name, us]) => ({ name, share: us / busyUs }));
  shares.sort((a, b) => b.share - a.share);
  const collectorShare = (selfUs.get('(garbage collector)') ?? 0) / busyUs;
  return { seconds: totalUs / 1e6, shares, collectorShare, idleShare: idleUs / (totalUs || 1) };
}

/** The tenths of a second in which something of that file ran. */
function bucketsOf(profile: Profile, file: string): Set<number> {
  const inside = new Set<number>();
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const mark = (node: Node) => {
    inside.add(node.id);
    for (const child of node.children ?? []) mark(nodes.get(child)!);
  };
  for (const node of profile.nodes) if (node.callFrame.url.endsWith(file)) mark(node);
  const buckets = new Set<number>();
  forEachSample(profile, ({ id, bucket }) => {
    if (inside.has(id)) buckets.add(bucket);
  });
  return buckets;
}

interface Sample {
  id: number;
  us: number;
  bucket: number;
}

function forEachSample({ samples, timeDeltas }: Profile, see: (sample: Sample) => void): void {
  let atUs = 0;
  for (const [index, id] of samples.entries()) {
    const us = timeDeltas[index + 1] ?? 0;
    see({ id, us, bucket: Math.floor(atUs / BUCKET_US) });
    atUs += us;
  }
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: Node): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return name;
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  const short = /(?:src|node_modules)\/.*$/.exec(path)?.[0] ?? path;
  return `${name} ${short}:${lineNumber + 1}`;
}

if (import.meta.main) {
  const [folder = 'profiles', during] = process.argv.slice(2);
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.cpuprofile')) continue;
    const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile;
    const { seconds, shares, collectorShare, idleShare } = whereTimeWent(profile, during);
    if (seconds === 0) continue;
    const percent = (share: number) => `${(share * 100).toFixed(1)}%`;
    console.log(`${file}: ${seconds.toFixed(1)} s, idle ${percent(idleShare)} of it`);
    console.log(`  ${percent(collectorShare)} of the rest is the garbage collector's`);
    for (const { name, share } of shares.slice(0, MOST)) console.log(`  ${percent(share)} ${name}`);
  }
}
