// The address of a store in Redis: that of the server, with the namespace and what the operator states about
// it as parameters of their own.

export interface RedisAddress {
  /** As the driver takes it. */
  url: string;
  namespace: string;
  /** Nothing is kept over a restart of Redis, and the operator says that this is meant. */
  isVolatile: boolean;
}

/** Parameters that are not the driver's. */
const OWN = ['namespace', 'volatile'];
const NAMESPACE_DEFAULT = 'holdfast';
/** What may stand between braces in a key. */
const NAMESPACE = /^[A-Za-z0-9_.:-]{1,64}$/;

/**
 * Reads `redis://user:password@host:port/0?namespace=shop`.
 *
 * @throws RangeError for what is no such address
 */
export function redisAddress(address: string): RedisAddress {
  if (!URL.canParse(address)) {
    throw new RangeError(`"${address.replace(/\/\/.*@/, '//...@')}" is no address of a Redis`);
  }
  const url = new URL(address);
  const namespace = url.searchParams.get('namespace') ?? NAMESPACE_DEFAULT;
  const volatile = url.searchParams.get('volatile') ?? 'false';
  for (const name of OWN) url.searchParams.delete(name);
  if (!NAMESPACE.test(namespace)) {
    throw new RangeError(
      `"${namespace}" is no namespace for a store: 1 to 64 of A-Z a-z 0-9 _ . : -`,
    );
  }
  if (volatile !== 'true' && volatile !== 'false') {
    throw new RangeError(`volatile is true or false, not "${volatile}"`);
  }
  return { url: url.href, namespace, isVolatile: volatile === 'true' };
}
