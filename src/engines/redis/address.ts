// The address of a store in Redis: that of the server, with the namespace and what the operator states about
// it as parameters of their own.

export interface RedisAddress {
  /** As the driver takes it. */
  url: string;
  namespace: string;
  /** Nothing is kept over a restart of Redis, and the operator says that this is meant. */
  isVolatile: boolean;
  /** In how many slots its keys lie. */
  slots: number;
  /** Each slot is on one of the masters of a Redis Cluster. */
  isCluster: boolean;
  /** Hosts and ports that know where each slot is; of one Redis its own. */
  nodes: readonly string[];
}

/** Parameters that are not the driver's. */
const OWN = ['namespace', 'volatile', 'slots', 'node'];
const CLUSTER = '+cluster:';
const SLOTS_MAX = 64;
const NAMESPACE_DEFAULT = 'holdfast';
const NODE = /^[^\s/@?#]+$/;
/** What may stand between braces in a key. */
const NAMESPACE = /^[A-Za-z0-9_.:-]{1,64}$/;

/**
 * Reads `redis://user:password@host:port/0?namespace=shop&slots=6`, or `redis+cluster://...&node=host:port` with more
 * nodes of a cluster than the first.
 *
 * @throws RangeError for what is no such address
 */
export function redisAddress(address: string): RedisAddress {
  if (!URL.canParse(address)) {
    throw new RangeError(`"${address.replace(/\/\/.*@/, '//...@')}" is no address of a Redis`);
  }
  const isCluster = new URL(address).protocol.endsWith(CLUSTER);
  const url = new URL(isCluster ? address.replace(CLUSTER, ':') : address);
  const namespace = url.searchParams.get('namespace') ?? NAMESPACE_DEFAULT;
  const volatile = url.searchParams.get('volatile') ?? 'false';
  const slots = Number(url.searchParams.get('slots') ?? 1);
  const nodes = [url.host, ...url.searchParams.getAll('node')];
  for (const name of OWN) url.searchParams.delete(name);
  if (!NAMESPACE.test(namespace)) {
    throw new RangeError(
      `"${namespace}" is no namespace for a store: 1 to 64 of A-Z a-z 0-9 _ . : -`,
    );
  }
  if (volatile !== 'true' && volatile !== 'false') {
    throw new RangeError(`volatile is true or false, not "${volatile}"`);
  }
  if (!Number.isInteger(slots) || slots < 1 || slots > SLOTS_MAX) {
    throw new RangeError(`a store lies in 1 to ${SLOTS_MAX} slots`);
  }
  if (nodes.some((node) => !NODE.test(node)) || (nodes.length > 1 && !isCluster)) {
    throw new RangeError('nodes are of a cluster, redis+cluster://, each as host:port');
  }
  return { url: url.href, namespace, isVolatile: volatile === 'true', slots, isCluster, nodes };
}
