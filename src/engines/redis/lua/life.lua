-- What servers of one store tell each other beside what they decide: that it has begun, when one of them was
-- last alive, until when nothing falls due. Decides nothing.

-- Whether a store is still in an epoch.
local function isIn(metadata, epoch)
  local value = call('GET', metadata)
  return value and unpackAll(value) == tonumber(epoch)
end

-- Begins a store that is not there: keys of its metadata, its latest batch, its life; its epoch, until when it
-- may decide (-1: as long as it is there), the latest time that was given out before, which Redis it is on,
-- and which journal is its own.
local function begin(keys, arguments)
  set()
  if call('EXISTS', keys[1]) == 1 then return 0 end
  call('SET', keys[1], pack(tonumber(arguments[1]), tonumber(arguments[2])))
  call('SET', keys[2], pack(0, tonumber(arguments[3])))
  call('HSET', keys[3], 'run_id', arguments[4], 'journal_id', arguments[5])
  return 1
end

-- Lets a store decide until later, if it still is the one that is recorded; never shorter than it may already:
-- keys of its metadata and its latest batch; the epoch, until when, and the last batch that is recorded.
local function lease(keys, arguments)
  set()
  local found = call('MGET', keys[1], keys[2])
  if not found[1] then return redis.error_reply('HOLDFAST-EMPTY this store has no state') end
  local epoch, untilMs = unpackAll(found[1])
  if epoch ~= tonumber(arguments[1]) then return redis.error_reply('HOLDFAST-EPOCH another epoch has begun') end
  if unpackAll(found[2]) < tonumber(arguments[3]) then
    return redis.error_reply('HOLDFAST-OLDER what is recorded is not here')
  end
  call('SET', keys[1], pack(epoch, math.max(untilMs, tonumber(arguments[2]))))
  return 1
end

-- Lets times in the life of a store go up, never down: names and times. Answers all of it as it was.
local function life(keys, arguments)
  set()
  local was = call('HGETALL', keys[1])
  local known = {}
  for at = 1, #was, 2 do known[was[at]] = was[at + 1] end
  for at = 1, #arguments, 2 do
    if tonumber(arguments[at + 1]) > tonumber(known[arguments[at]] or '0') then
      call('HSET', keys[1], arguments[at], arguments[at + 1])
    end
  end
  return was
end

-- Owners and the documents of pools that are called so, as of one moment.
local function owners(keys, arguments)
  set()
  local documents = {}
  for at = 1, #arguments do documents[at] = 'pool:' .. arguments[at] end
  return { call('HMGET', keys[1], unpack(arguments)), call('HMGET', keys[2], unpack(documents)) }
end
