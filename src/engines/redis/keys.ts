// The keys of a store: twelve, whatever is in it, and all in one slot of a cluster; and five in which its state
// is written anew before it takes the place of what is there.

export interface StoreKeys {
  /** Those that the script takes, in its order. */
  decided: readonly string[];
  owners: string;
  documents: string;
  requests: string;
  deadlines: string;
  index: string;
  stream: string;
  latest: string;
  metadata: string;
  /** What servers tell each other about time. */
  life: string;
  /** Servers that are at work, by when they were last seen. */
  servers: string;
  /** Which of them carries the stream to the record, and how far it has come. */
  leader: string;
  recorded: string;
  /** Epochs that somebody has begun to write. */
  staged: string;
  all: readonly string[];
  stagedIn(epoch: number): StagedKeys;
}

/** The state of a store: hashes, then sorted sets. */
export type StagedKeys = Pick<
  StoreKeys,
  'owners' | 'documents' | 'requests' | 'deadlines' | 'index'
>;

export function keysOf(namespace: string): StoreKeys {
  const key = (name: string) => `{${namespace}}:${name}`;
  const [metadata, latest] = [key('metadata'), key('latest')];
  const [owners, documents, requests] = [key('owners'), key('documents'), key('requests')];
  const [deadlines, index, stream] = [key('deadlines'), key('index'), key('stream')];
  const [life, servers] = [key('life'), key('servers')];
  const [leader, recorded, staged] = [key('leader'), key('recorded'), key('staged')];
  const decided = [metadata, latest, owners, documents, requests, deadlines, index, stream];
  return {
    ...{ decided, owners, documents, requests, deadlines, index, stream, latest, metadata },
    ...{ life, servers, leader, recorded, staged },
    all: [...decided, life, servers, leader, recorded, staged],
    stagedIn: (epoch) => ({
      owners: key(`${epoch}:owners`),
      documents: key(`${epoch}:documents`),
      requests: key(`${epoch}:requests`),
      deadlines: key(`${epoch}:deadlines`),
      index: key(`${epoch}:index`),
    }),
  };
}
