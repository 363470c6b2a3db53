-- A store that was written anew, off to the side, takes the place of what is there. Decides nothing.

local STAGED = 5

local function sizeOf(at, key)
  return call(at <= 3 and 'HLEN' or 'ZCARD', key)
end

-- All in one step, or not at all. Keys of its metadata, its latest batch, its life, its stream; those of owners,
-- documents, requests, deadlines and index; and where these five were written. Arguments: its epoch, the latest
-- time that was given out, which Redis it is on, which journal is its own, and how much was written to each of
-- the five. It may decide once it has a lease.
local function switch(keys, arguments)
  set()
  local epoch = tonumber(arguments[1])
  local found = call('GET', keys[1])
  if found and unpackAll(found) >= epoch then
    return redis.error_reply('HOLDFAST-EPOCH another epoch has begun')
  end
  for at = 1, STAGED do
    if sizeOf(at, keys[4 + STAGED + at]) ~= tonumber(arguments[4 + at]) then
      return redis.error_reply('HOLDFAST-EMPTY some of what was written has gone')
    end
  end
  for at = 1, STAGED do
    call('UNLINK', keys[4 + at])
    local staged = keys[4 + STAGED + at]
    if call('EXISTS', staged) == 1 then call('RENAME', staged, keys[4 + at]) end
  end
  local held = call('HGET', keys[3], 'due_not_before_ms') or '0'
  call('UNLINK', keys[3], keys[4])
  call('HSET', keys[3], 'run_id', arguments[3], 'journal_id', arguments[4])
  call('HSET', keys[3], 'alive_ms', arguments[2], 'due_not_before_ms', held)
  call('SET', keys[1], pack(epoch, 0))
  call('SET', keys[2], pack(0, tonumber(arguments[2])))
  return 1
end
