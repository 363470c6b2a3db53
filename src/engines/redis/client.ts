// The driver, set up as every connection of a store uses it: no command waits for a connection or is sent twice,
// and none of its own connections is made again by itself.

import { createClient, RESP_TYPES } from '@redis/client';

export type Reply = Buffer | string | number | null | readonly Reply[];
export type Argument = string | Buffer;

const CONNECT_MAX_MS = 5_000;
/** Each connection asks something every second: who is silent for so long is gone. */
const ASK_EVERY_MS = 1_000;
const SILENT_MAX_MS = 8_000;

export type Client = ReturnType<typeof newClient>;

export function newClient({ url, name }: { url: string; name: string }) {
  return createClient({
    url,
    name,
    RESP: 2,
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
    pingInterval: ASK_EVERY_MS,
    socket: {
      connectTimeout: CONNECT_MAX_MS,
      socketTimeout: SILENT_MAX_MS,
      reconnectStrategy: false,
      noDelay: true,
    },
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  });
}

export async function sendOver(client: Client, command: readonly Argument[]): Promise<Reply> {
  return (await client.sendCommand(command)) as Reply;
}
