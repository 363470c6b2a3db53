-- The one entrance: checks that this store may still decide, decides all of a batch, and only then writes,
-- because a script does not take back what it has written. Arguments: the call (epoch, 1 where the time is
-- the caller's, his time, the latest time and the latest due time that he believes), what nobody here reads,
-- the frame (keys of requests, owners, documents, of which so many are written, accounts), and groups of
-- transactions. All but the call becomes one entry of the stream, with the answer.

local FIELDS_MAX = 4000

local ownerFields = {}

-- One command with all fields, or some where they are many: Lua's stack holds no more.
local function callInParts(command, key, fields, count)
  for first = 1, count, FIELDS_MAX do
    call(command, key, unpack(fields, first, math.min(count, first + FIELDS_MAX - 1)))
  end
end

local function readTime()
  local time = call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function writeOwners()
  for at = 1, changedAccountCount do
    local account = changedAccounts[at]
    local owner = accountOwners[account]
    local record = ownerRecords[owner]
    if not record then
      record = { 0 }
      ownerRecords[owner] = record
    end
    local place = accountPlaces[account]
    if not place then
      place = #record + 1
      record[place] = accountNames[account]
    end
    record[place + 1], record[place + 2] = balances[account], floors[account]
    record[place + 3] = inflows[account]
  end
  for at = 1, changedOwnerCount do
    local owner = changedOwners[at]
    local record = ownerRecords[owner] or { 0 }
    record[1] = ownerSeqs[owner]
    ownerFields[2 * at - 1], ownerFields[2 * at] = ownerNames[owner], pack(unpack(record))
  end
  callInParts('HSET', OWNERS, ownerFields, 2 * changedOwnerCount)
end

-- The pool that a pool's releases are passed on to.
local function passedOnTo(release)
  return string.sub(release, 1, 1) == '>' and string.sub(release, 2)
end

local function splitKeys(keys)
  local ids = {}
  for id in string.gmatch(keys, '[^\n]+') do ids[#ids + 1] = id end
  return ids
end

-- What a document that the batch has changed was filed as before.
local function unfile(document, goneDeadlines, gone)
  local id, was = documentIds[document], before[document]
  if not was.flags then return end
  if was.flags >= TENTATIVE then
    for _, key in ipairs(splitKeys(was.keys)) do gone[#gone + 1] = 't' .. key .. '\0' .. id end
  elseif was.deadline >= 0 then
    goneDeadlines[#goneDeadlines + 1] = id
    local text = deadlineText(was.deadline) .. id
    for _, key in ipairs(splitKeys(was.keys)) do gone[#gone + 1] = 'c' .. key .. '\0' .. text end
  end
  local to = passedOnTo(was.release)
  if to then gone[#gone + 1] = 'r' .. to .. '\0' .. string.sub(id, 6) end
end

-- What it is filed as now.
local function refile(document)
  local id, deadline, tentative = documentIds[document], deadlines[document], flagsOf[document] >= TENTATIVE
  if deadline >= 0 and not tentative then fileByDeadline(deadline, id) end
  if deadline >= 0 or tentative then
    for _, account in ipairs(filedUnder[document]) do fileUnder(account, id, tentative) end
  end
  local to = passedOnTo(releases[document])
  if to then fileText('r' .. to .. '\0' .. string.sub(id, 6)) end
  if kinds[document] then fileText('n' .. kinds[document] .. '\0' .. id) end
end

local function writeDocuments()
  local goneDeadlines, gone
  if changedDocumentCount > 0 then goneDeadlines, gone = {}, {} end
  for at = 1, changedDocumentCount do
    local document = changedDocuments[at]
    unfile(document, goneDeadlines, gone)
    refile(document)
    local known = pack(versions[document], createds[document], nowMs, deadlines[document], filled[document])
    documentFields[documentFieldCount + 1] = documentIds[document]
    documentFields[documentFieldCount + 2] = known .. blobs[document]
    documentFieldCount = documentFieldCount + 2
  end
  callInParts('HSET', DOCUMENTS, documentFields, documentFieldCount)
  if gone then
    callInParts('ZREM', DEADLINES, goneDeadlines, #goneDeadlines)
    callInParts('ZREM', INDEX, gone, #gone)
  end
  callInParts('ZADD', DEADLINES, deadlineFields, deadlineFieldCount)
  callInParts('ZADD', INDEX, indexFields, indexFieldCount)
end

-- The beginning of the answer: the time, a place for the number, and what there was before the batch: numbers
-- of owners, and versions, times of creation and deadlines of the documents that it writes.
local function startAnswer(now)
  local answer = { now, 0, ownerCount }
  for owner = 1, ownerCount do answer[3 + owner] = ownerSeqs[owner] end
  return answer
end

local function tellBases(answer, written)
  local count = #answer
  for document = 1, written do
    if versions[document] then
      answer[count + 1], answer[count + 2] = versions[document], createds[document]
      answer[count + 3] = deadlines[document]
    else
      answer[count + 1], answer[count + 2], answer[count + 3] = 0, 0, -1
    end
    count = count + 3
  end
end

-- The rest of the answer: owners that the batch did not name, because released units went there; documents
-- that guards failed on; what is told of single transactions.
local function finishAnswer(answer)
  local count, named = #answer + 1, answer[3]
  answer[count] = ownerCount - named
  for owner = named + 1, ownerCount do
    local record = ownerRecords[owner]
    answer[count + 1], answer[count + 2] = ownerNames[owner], record and record[1] or 0
    count = count + 2
  end
  local place, documents = count + 1, 0
  count = place
  for document in pairs(shown or {}) do
    documents = documents + 1
    answer[count + 1], answer[count + 2] = document, documentValues[document]
    count = count + 2
  end
  answer[place] = documents
  for at = 1, toldCount do answer[count + at] = told[at] end
  return pack(answer)
end

-- The values of a row; where they are many they come as one list.
local function rowOf(text)
  local row = { unpackAll(text) }
  return type(row[1]) == 'table' and row[1] or row
end

-- What was decided stands in the stream first: where memory is full this fails, and nothing is written.
local function write(arguments, answer, epoch, batch)
  local id = string.format('%.0f-%.0f', epoch, batch)
  local fields = { 'u', arguments[2], 'f', arguments[3], 'a', answer }
  for group = 4, #arguments do
    fields[2 * group - 1], fields[2 * group] = 'g', arguments[group]
  end
  call('XADD', STREAM, id, unpack(fields))
  call('SET', LATEST, pack(batch, nowMs))
  for at = 2, requestFieldCount, 2 do requestFields[at] = id end
  callInParts('HSET', REQUESTS, requestFields, requestFieldCount)
  writeOwners()
  writeDocuments()
end

local function commit(keys, arguments)
  set()
  METADATA, LATEST, OWNERS, DOCUMENTS = keys[1], keys[2], keys[3], keys[4]
  REQUESTS, DEADLINES, INDEX, STREAM = keys[5], keys[6], keys[7], keys[8]
  local epoch, isCallers, callerMs, nowMaxMs, dueMaxMs = unpackAll(arguments[1])
  local found = call('MGET', METADATA, LATEST)
  if not found[1] then return redis.error_reply('HOLDFAST-EMPTY this store has no state') end
  local current, leaseUntil = unpackAll(found[1])
  if current ~= epoch then return redis.error_reply('HOLDFAST-EPOCH another epoch has begun') end
  -- Read once: it moves on while this runs. A lease is counted by it even where a test has a time of its own.
  local timeMs = (leaseUntil >= 0 or isCallers ~= 1) and readTime()
  if leaseUntil >= 0 and timeMs > leaseUntil then
    return redis.error_reply('HOLDFAST-LEASE the lease has ended')
  end
  local batch, latestMs = unpackAll(found[2])
  -- Never before the time of an earlier batch.
  local now = math.max(latestMs, isCallers == 1 and callerMs or math.min(timeMs, nowMaxMs))
  local due = math.min(now, dueMaxMs)

  local read = rowOf(arguments[3])
  local written, writes = read[read[1] + 2], read[read[1] + 3]
  load(read, read[1] + 4)
  local answer = startAnswer(now)
  tellBases(answer, written)
  startDue(due, writes)
  startWrites(now)
  startDeciding(read)
  for group = 4, #arguments do
    local f = rowOf(arguments[group])
    local i, last = 1, #f
    while i <= last do
      decideOne(f, i)
      i = i + f[i]
    end
  end
  if accepted == 0 then return finishAnswer(answer) end
  answer[2] = batch + 1
  local text = finishAnswer(answer)
  write(arguments, text, epoch, batch + 1)
  return text
end
