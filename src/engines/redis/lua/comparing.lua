-- What is compared with the record, and what is set to what the record says. Looks are of one moment; what is
-- set is set only where it still is what was seen.

local DIFFERENT, HELD = -1, -2

-- Owners and documents with their deadlines, as of one moment: keys of metadata, the latest batch, life, owners,
-- documents, deadlines; how many owners, owners, documents.
local function look(keys, arguments)
  set()
  local metadata, latest = call('GET', keys[1]), call('GET', keys[2])
  if not metadata or not latest then return redis.error_reply('HOLDFAST-EMPTY this store has no state') end
  local owners, documents, deadlines = {}, {}, {}
  local count = tonumber(arguments[1])
  for at = 1, count do owners[at] = call('HGET', keys[4], arguments[1 + at]) end
  for at = 1, #arguments - count - 1 do
    local id = arguments[1 + count + at]
    documents[at], deadlines[at] = call('HGET', keys[5], id), call('ZSCORE', keys[6], id)
  end
  local mended = call('HGET', keys[3], 'mended') or '0'
  return { metadata, latest, mended, owners, documents, deadlines }
end

-- Names in a hash, from a cursor on: the next cursor, then names.
local function names(keys, arguments)
  set()
  local found = call('HSCAN', keys[1], arguments[1], 'COUNT', arguments[2])
  local answer = { found[1] }
  for at = 1, #found[2], 2 do answer[#answer + 1] = found[2][at] end
  return answer
end

-- Texts that the index has not, of documents that still are of a version: keys of documents and the index; ids,
-- versions, numbers of texts, texts.
local function unfiled(keys, arguments)
  set()
  local missing, at = {}, 1
  while at <= #arguments do
    local id, version, count = arguments[at], tonumber(arguments[at + 1]), tonumber(arguments[at + 2])
    local value = call('HGET', keys[1], id)
    local _, found = unpackSome(value or pack(0), 1)
    for text = at + 3, at + 2 + count do
      if found == version and not call('ZSCORE', keys[2], arguments[text]) then
        missing[#missing + 1] = arguments[text]
      end
    end
    at = at + 3 + count
  end
  return missing
end

local function isAmong(keys, key)
  for _, each in ipairs(splitKeys(keys)) do if each == key then return true end end
  return false
end

-- Whether a text of the index, or an id with a deadline, stands for nothing that is there.
local function isStray(documents, member, score)
  local id, deadlineThere, key, mark = member, score and tonumber(score), nil, 'd'
  if not score then
    local zero = string.find(member, '\0', 1, true)
    mark, key, id = string.sub(member, 1, 1), string.sub(member, 2, zero - 1), string.sub(member, zero + 1)
    if mark == 'c' then deadlineThere, id = tonumber(string.sub(id, 1, 16)), string.sub(id, 17) end
    if mark == 'r' then id = 'pool:' .. id end
  end
  local value = call('HGET', documents, id)
  if not value then return true end
  local _, _, _, _, deadline, _, _, flags, release, filed = unpackSome(value, 9)
  if mark == 'n' then return false end
  if mark == 'r' then return release ~= '>' .. key end
  if mark == 't' then return flags < TENTATIVE or not isAmong(filed, key) end
  if flags >= TENTATIVE or math.max(0, deadline) ~= deadlineThere then return true end
  return mark == 'c' and not isAmong(filed, key)
end

-- What stands in a sorted set for nothing, from a cursor on: keys of it and of documents; the cursor, how many
-- to look at, whether it has deadlines. Answers the next cursor, then members.
local function strays(keys, arguments)
  set()
  local found = call('ZSCAN', keys[1], arguments[1], 'COUNT', arguments[2])
  local answer = { found[1] }
  for at = 1, #found[2], 2 do
    local member = found[2][at]
    if isStray(keys[2], member, arguments[3] == '1' and found[2][at + 1]) then
      answer[#answer + 1] = member
    end
  end
  return answer
end

-- Takes members out that stand for nothing: keys of metadata, the sorted set, documents; the epoch, whether it
-- has deadlines, members.
local function unstray(keys, arguments)
  set()
  if not isIn(keys[1], arguments[1]) then return 0 end
  local gone = 0
  for at = 3, #arguments do
    local score = call('ZSCORE', keys[2], arguments[at])
    if score and isStray(keys[3], arguments[at], arguments[2] == '1' and score) then
      gone = gone + call('ZREM', keys[2], arguments[at])
    end
  end
  return gone
end

-- Changes an owner's number and accounts by what they are off, whatever has moved since: keys of metadata, life,
-- owners; the epoch, how often something was mended when it was seen, the owner, what was seen of it or nothing
-- where it may have moved, by how much its number is off, and of accounts name, change and floor.
local function mendowner(keys, arguments)
  set()
  if not isIn(keys[1], arguments[1]) then return DIFFERENT end
  if (call('HGET', keys[2], 'mended') or '0') ~= arguments[2] then return DIFFERENT end
  local value = call('HGET', keys[3], arguments[3])
  if arguments[4] ~= '' and value ~= arguments[4] then return DIFFERENT end
  local record = value and { unpackAll(value) } or { 0 }
  record[1] = record[1] + tonumber(arguments[5])
  for at = 6, #arguments, 3 do
    local place = #record + 1
    for known = 2, #record, 4 do if record[known] == arguments[at] then place = known end end
    local was, floorWas, inflow = record[place + 1] or 0, record[place + 2] or 0, record[place + 3] or 0
    local change, floor = tonumber(arguments[at + 1]), tonumber(arguments[at + 2])
    if change < 0 and was + change < floor then return HELD end
    if change > 0 or floor < floorWas then inflow = inflow + 1 end
    record[place], record[place + 1], record[place + 2] = arguments[at], was + change, floor
    record[place + 3] = inflow
  end
  if record[1] <= 0 then call('HDEL', keys[3], arguments[3])
  else call('HSET', keys[3], arguments[3], pack(unpack(record))) end
  call('HINCRBY', keys[2], 'mended', 1)
  return 1
end

-- Puts a document, its deadline and its texts in the index in the place of what was seen, either may be nothing:
-- keys of metadata, documents, deadlines, index; the epoch, the id, what was seen, what comes, its deadline or
-- -1, how many texts go, texts that go, texts that come.
local function menddocument(keys, arguments)
  set()
  local id = arguments[2]
  if not isIn(keys[1], arguments[1]) then return DIFFERENT end
  if (call('HGET', keys[2], id) or '') ~= arguments[3] then return DIFFERENT end
  local going = tonumber(arguments[6])
  for at = 7, 6 + going do call('ZREM', keys[4], arguments[at]) end
  call('ZREM', keys[3], id)
  if arguments[4] == '' then call('HDEL', keys[2], id) else call('HSET', keys[2], id, arguments[4]) end
  if tonumber(arguments[5]) >= 0 then call('ZADD', keys[3], arguments[5], id) end
  for at = 7 + going, #arguments do call('ZADD', keys[4], '0', arguments[at]) end
  return 1
end
