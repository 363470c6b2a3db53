// What is done in Redis in one step: dividing the lines among the servers, and noting up to where all of a
// line is decided. By Redis's clock.

import type { Send } from '../engines/redis/connection.ts';
import type { QueueKeys } from './queue-keys.ts';

/** Signs for another while, lets go of what is more than a fair share, and takes what nobody has. */
const SHARE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
local lines = tonumber(ARGV[3])
local most = math.ceil(lines / redis.call('ZCARD', KEYS[1]))
local mine, free = {}, {}
for line = 0, lines - 1 do
  local holder = redis.call('HGET', KEYS[2], line)
  if holder == ARGV[1] then
    if #mine < most then mine[#mine + 1] = line else redis.call('HDEL', KEYS[2], line) end
  elseif not holder or not redis.call('ZSCORE', KEYS[1], holder) then
    free[#free + 1] = line
  end
end
for _, line in ipairs(free) do
  if #mine < most then
    redis.call('HSET', KEYS[2], line, ARGV[1])
    mine[#mine + 1] = line
  end
end
return mine
`;

/** Does nothing where another server has noted more; what is decided is not kept any longer than asked. */
const NOTE = `
if (redis.call('HGET', KEYS[2], 'id') or '0-0') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[2], 'id', ARGV[2])
redis.call('HINCRBY', KEYS[2], 'count', ARGV[3])
local least = ARGV[4]
local kept = tonumber(ARGV[5])
if kept > 0 then
  local before = redis.call('TIME')[1] * 1000 - kept
  if before < tonumber(string.match(least, '^%d+')) then least = string.format('%.0f', before) end
end
redis.call('XTRIM', KEYS[1], 'MINID', least)
return 1
`;

const LEAVE = `
redis.call('ZREM', KEYS[1], ARGV[1])
local holders = redis.call('HGETALL', KEYS[2])
for at = 1, #holders, 2 do
  if holders[at + 1] == ARGV[1] then redis.call('HDEL', KEYS[2], holders[at]) end
end
`;

export interface Sharing {
  keys: QueueKeys;
  server: string;
}

/** The lines that are this server's for so long. */
export async function share(
  send: Send,
  { keys, server, leaseMs, lines }: Sharing & { leaseMs: number; lines: number },
): Promise<number[]> {
  const asked = [server, String(leaseMs), String(lines)];
  const mine = await send('EVAL', SHARE, '2', keys.servers, keys.holders, ...asked);
  return mine as number[];
}

/** Other servers need not wait until it is missed. */
export async function leave(send: Send, { keys, server }: Sharing): Promise<void> {
  await send('EVAL', LEAVE, '2', keys.servers, keys.holders, server);
}

export interface NotedStep {
  line: number;
  /** Ids of turns: all up to there were decided, and are now. */
  from: string;
  to: string;
  /** How many came to be decided. */
  count: number;
  keepMs: number;
}

/** False where another server has noted more: the line is not this one's any more. */
export async function note(send: Send, keys: QueueKeys, step: NotedStep): Promise<boolean> {
  const { line, from, to, count, keepMs } = step;
  const asked = [from, to, String(count), behind(to), String(keepMs)];
  const noted = await send('EVAL', NOTE, '2', keys.stream(line), keys.decided(line), ...asked);
  return noted === 1;
}

/** The least id behind one. */
function behind(id: string): string {
  const [ms, number] = id.split('-') as [string, string];
  return `${ms}-${BigInt(number) + 1n}`;
}
