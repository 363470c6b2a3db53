// Where a server listens that was started with `serve --json`: read from the first line that it
// prints. Says nothing of a server that ends before; whoever started it watches for that.

import type { Readable } from 'node:stream';

export function servedAddress(stdout: Readable): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    stdout.on('data', (piece: Buffer) => {
      said += piece;
      if (said.includes('\n')) resolve((JSON.parse(said.split('\n')[0]!) as { url: string }).url);
    });
  });
}
