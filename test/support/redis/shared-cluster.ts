// The cluster that whatever runs in this process shares, each in a namespace of its own; it goes with the process,
// or when it is told to.

import { RedisCluster } from './cluster-server.ts';

let cluster: Promise<RedisCluster> | undefined;

export function sharedCluster(): Promise<RedisCluster> {
  cluster ??= RedisCluster.start();
  return cluster;
}

export async function removeSharedCluster(): Promise<void> {
  await (await cluster)?.remove();
}
