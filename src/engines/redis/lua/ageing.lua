-- What leaves a store that has grown, and what comes back when somebody asks for it: documents that are final
-- and requests that nobody remembers. Looks at a part of it at a time; whether it is recorded, and whether it
-- may go, is for the caller to say, who names what he has seen.

-- Documents that are final, have no deadline and no name, and have not changed since a moment: keys of
-- documents; where to go on, how many to look at, the moment. Answers where the next part begins, then ids
-- with their versions.
local function aged(keys, arguments)
  set()
  local found = call('HSCAN', keys[1], arguments[1], 'COUNT', arguments[2])
  local untilMs, answer = tonumber(arguments[3]), { found[1] }
  local fields = found[2]
  for at = 1, #fields, 2 do
    local id, value = fields[at], fields[at + 1]
    local _, version, _, updated, deadline, _, _, flags = unpackSome(value, 8)
    local stays = deadline >= 0 or flags ~= 1 or string.find(id, ':', 1, true)
    if updated <= untilMs and not stays then
      answer[#answer + 1], answer[#answer + 2] = id, string.format('%.0f', version)
    end
  end
  return answer
end

-- Lets documents go that still are of the version that was seen: keys of metadata and documents; the epoch,
-- then ids and versions. Answers how many went.
local function leave(keys, arguments)
  set()
  local gone = 0
  if not isIn(keys[1], arguments[1]) then return gone end
  for at = 2, #arguments, 2 do
    local id = arguments[at]
    local value = call('HGET', keys[2], id)
    if value then
      local _, version, _, _, deadline, _, _, flags = unpackSome(value, 8)
      if version == tonumber(arguments[at + 1]) and deadline < 0 and flags == 1 then
        gone = gone + call('HDEL', keys[2], id)
      end
    end
  end
  return gone
end

-- Puts documents back that are not there: keys of metadata and documents; the epoch, ids and values.
local function restore(keys, arguments)
  set()
  if not isIn(keys[1], arguments[1]) then return redis.error_reply('HOLDFAST-EPOCH another epoch has begun') end
  local back = 0
  for at = 2, #arguments, 2 do
    back = back + call('HSETNX', keys[2], arguments[at], arguments[at + 1])
  end
  return back
end

-- Forgets requests that still stand for the entry that was seen: keys of metadata and requests; the epoch, then
-- requests and entries. Answers how many were forgotten.
local function forget(keys, arguments)
  set()
  local gone = 0
  if not isIn(keys[1], arguments[1]) then return gone end
  for at = 2, #arguments, 2 do
    if call('HGET', keys[2], arguments[at]) == arguments[at + 1] then
      gone = gone + call('HDEL', keys[2], arguments[at])
    end
  end
  return gone
end
