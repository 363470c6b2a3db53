// Which servers a load may be sent to: those of this machine alone.

/** The port of each. @throws RangeError for an address that is not on the loopback. */
export function loopbackPorts(urls: readonly string[]): number[] {
  return urls.map((text) => {
    const url = URL.parse(text);
    const isLoopback = url?.hostname === '127.0.0.1' || url?.hostname === 'localhost';
    if (url === null || url.protocol !== 'http:' || !isLoopback || url.port === '') {
      throw new RangeError(`${text} is not http://127.0.0.1:PORT: load is for this machine alone`);
    }
    return Number(url.port);
  });
}
