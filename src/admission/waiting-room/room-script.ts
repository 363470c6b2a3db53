// The line of one room in Redis: every verb as one step of Redis's, by its own clock. What memory-room does in memory
// this does here, case for case: both pass the same tests. Ranks are whole numbers up to 2^53, as scores are exact.

/**
 * Keys: the line (id by rank), when each in it was last seen, the place that counts of each buyer (`rank id`), passes
 * that are out (id by the end of their time), places that are over and why, and numbers of the room.
 */
export const ROOM_KEYS = ['line', 'seen', 'buyers', 'passes', 'over', 'numbers'] as const;

/** What all verbs know: the keys, the time, and that the room is there. */
const START = `
local line, seen, buyers, passes, over, numbers = unpack(KEYS)
local opens, isNew, awayAfter, learnFor, ahead = unpack(ARGV)
local time = redis.call('TIME')
local nowUs = time[1] * 1000000 + time[2] + ahead * 1000
local now = math.floor(nowUs / 1000)
redis.call('HSETNX', numbers, 'quietUntil', isNew == '1' and 0 or now + learnFor)
if opens == '1' then redis.call('HSET', numbers, 'opened', 1) end

local function number(name) return tonumber(redis.call('HGET', numbers, name) or 0) end
local function whole(value) return string.format('%.0f', value) end

local function lapse(id)
  redis.call('ZREM', passes, id)
  redis.call('HSET', over, id, 'lapsed')
end
local function overBy(id)
  local untilMs = redis.call('ZSCORE', passes, id)
  if untilMs and tonumber(untilMs) <= now then lapse(id) end
  return redis.call('HGET', over, id)
end
local function ofBuyer(buyer)
  local known = redis.call('HGET', buyers, buyer)
  if not known then return end
  local rank, id = string.match(known, '^(%d+) (.*)$')
  return id, tonumber(rank)
end
local function show(id, buyer, rank, learned)
  local untilMs = redis.call('ZSCORE', passes, id)
  if untilMs then return {'ADMITTED', untilMs - now, id, whole(rank), learned} end
  redis.call('ZADD', line, rank, id)
  redis.call('ZADD', seen, now, id)
  return {'WAITING', redis.call('ZRANK', line, id), id, whole(rank), learned}
end
local function learn(id, buyer, rank, learned)
  if rank > 2 ^ 48 and rank > number('lastRank') then
    redis.call('HSET', numbers, 'lastRank', whole(rank))
  end
  redis.call('HSET', buyers, buyer, whole(rank) .. ' ' .. id)
  return show(id, buyer, rank, learned)
end
local function leaveLine(id)
  redis.call('ZREM', line, id)
  redis.call('ZREM', seen, id)
end
`;

const JOIN = `
local buyer, newId, lot, sizeMax = ARGV[6], ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9])
local id, rank = ofBuyer(buyer)
if id and not overBy(id) then return show(id, buyer, rank, 0) end
if not id and redis.call('HLEN', buyers) >= sizeMax then return false end
rank = lot
if number('opened') == 1 then
  rank = math.max(number('lastRank') + 1, nowUs)
end
return learn(newId, buyer, rank, 0)
`;

const SEEN = `
local standings = {}
for index = 6, #ARGV, 3 do
  local id, buyer, rank = ARGV[index], ARGV[index + 1], tonumber(ARGV[index + 2])
  local reason = overBy(id)
  local own, ownRank = ofBuyer(buyer)
  local standing
  if reason then standing = {'OVER', reason, id, whole(rank), 0}
  elseif not own or overBy(own) then standing = learn(id, buyer, rank, 1)
  elseif own == id or redis.call('ZSCORE', passes, own) or ownRank <= rank then
    standing = show(own, buyer, ownRank, 0)
  else
    leaveLine(own)
    standing = learn(id, buyer, rank, 1)
  end
  standings[#standings + 1] = standing
end
return standings
`;

const END = `
local id, reason = ARGV[6], ARGV[7]
if redis.call('ZREM', passes, id) == 1 and reason == 'used' then
  redis.call('HINCRBY', numbers, 'used', 1)
end
leaveLine(id)
redis.call('HSET', over, id, reason)
`;

const USED = `return number('used')`;

/** Cursors are kept as texts: they may be longer than numbers here are exact. */
const SWEEP = `
local sizeMax, sweptMax = tonumber(ARGV[12]), ARGV[13]
local tooMany = math.min(1000, redis.call('HLEN', over) - sizeMax)
if tooMany > 0 then redis.call('HDEL', over, unpack(redis.call('HRANDFIELD', over, tooMany))) end
if redis.call('HLEN', buyers) > sizeMax / 2 then
  local from = redis.call('HGET', numbers, 'sweptTo') or '0'
  local found = redis.call('HSCAN', buyers, from, 'COUNT', sweptMax)
  redis.call('HSET', numbers, 'sweptTo', found[1])
  for index = 1, #found[2], 2 do
    local buyer = found[2][index]
    local id = ofBuyer(buyer)
    if id and not redis.call('ZSCORE', line, id) and not redis.call('ZSCORE', passes, id) then
      redis.call('HDEL', buyers, buyer)
    end
  end
end
`;

/** Where the exact places end, and how far apart those after them are that are told: half a percent. */
const TURN = `
local passFor, passesMax, used = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local most, keptMs, heartbeatEvery = tonumber(ARGV[9]), ARGV[10], ARGV[11]
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, keptMs) end
if now - (tonumber(redis.call('HGET', numbers, 'turned')) or now) > tonumber(heartbeatEvery) then
  redis.call('HSET', numbers, 'patientUntil', now + learnFor)
end
redis.call('HSET', numbers, 'turned', now)
local isPatient = now < number('patientUntil')
for _, id in ipairs(redis.call('ZRANGE', passes, '-inf', now, 'BYSCORE')) do lapse(id) end
local awayMs = now - awayAfter
if not isPatient then
  local away = redis.call('ZRANGE', seen, '-inf', awayMs, 'BYSCORE', 'LIMIT', 0, most)
  for _, id in ipairs(away) do leaveLine(id) end
end
local free = 0
if now >= number('quietUntil') and number('opened') == 1 then
  local out = redis.call('ZCARD', passes) + number('used') - used
  free = math.max(0, passesMax - out)
end
local admitted = {}
if free > 0 then
  admitted = redis.call('ZRANGE', line, 0, math.min(free, most) - 1, 'WITHSCORES')
end
local admittedTo = tonumber(redis.call('HGET', numbers, 'admittedTo') or -1)
for index = 1, #admitted, 2 do
  local id = admitted[index]
  local isAway = tonumber(redis.call('ZSCORE', seen, id) or 0) <= awayMs
  if isAway and isPatient then
    free = 0
    break
  end
  leaveLine(id)
  if not isAway then
    redis.call('ZADD', passes, now + passFor, id)
    admittedTo = math.max(admittedTo, tonumber(admitted[index + 1]))
    free = free - 1
  end
end
redis.call('HSET', numbers, 'admittedTo', whole(admittedTo))
local waiting = redis.call('ZCARD', line)
local ranks = {}
local exact = redis.call('ZRANGE', line, 0, 199, 'WITHSCORES')
for index = 2, #exact, 2 do ranks[#ranks + 1] = exact[index] end
local at = 200
while at < waiting do
  ranks[#ranks + 1] = redis.call('ZRANGE', line, at, at, 'WITHSCORES')[2]
  at = at + math.floor(at / 200)
end
return {waiting, free, whole(admittedTo), ranks}
`;

export const ROOM_SCRIPTS = {
  join: START + JOIN,
  seen: START + SEEN,
  end: START + END,
  used: START + USED,
  turn: START + SWEEP + TURN,
} as const;

export type RoomVerb = keyof typeof ROOM_SCRIPTS;
