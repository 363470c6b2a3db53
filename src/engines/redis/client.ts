// The driver, set up as every connection of a store uses it: no command waits for a connection or is sent twice,
// and none of its own connections is made again by itself.

import { RESP_TYPES, RedisClient } from '@redis/client';

export type Reply = Buffer | string | number | null | readonly Reply[];
export type Argument = string | Buffer;

const CONNECT_MAX_MS = 5_000;
/** Each connection asks something every second: who is silent for so long is gone. */
const ASK_EVERY_MS = 1_000;
const SILENT_MAX_MS = 8_000;

/**
 * Clients of one class. `createClient` makes a class for all differing options, with 400 commands that are not
 * used here: 60 ms of processor time for each connection.
 */
const PROTOCOL = { RESP: 2 } as const;
const clientOf = RedisClient.factory(PROTOCOL);

export type Client = ReturnType<typeof newClient>;

export function newClient({ url, name }: { url: string; name: string }) {
  return clientOf({
    url,
    name,
    ...PROTOCOL,
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
