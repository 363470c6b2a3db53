-- The one entrance: checks that this store may still decide, decides all of a batch, and only then writes,
-- because a script does not take back what it has written. Arguments: the call (epoch, 1 where the time is
-- the caller's, his time, the latest time and the latest due time that he believes), what nobody here reads,
-- the frame (keys of requests, owners, documents, of which so many are written, accounts), and groups of
-- transactions. All but the call becomes one entry of the stream, with the answer.

local FIELDS_MAX = 4000

-- One command with all fields, or some where they are many: Lua's stack holds no more.
local function callInParts(command, key, fields, count)
  for first = 1, count, FIELDS_MAX do
    call(command, key, unpack(fields, first, math.min(count, first + FIELDS_MAX - 1)))
  end
end

-- The time of the batch, never before that of one before it, and up to when deadlines have passed.
local function timeOf(isCallers, callerMs, nowMaxMs, dueMaxMs, latestMs)
  local now = callerMs
  if isCallers ~= 1 then
    local time = call('TIME')
    now = math.min(time[1] * 1000 + math.floor(time[2] / 1000), nowMaxMs)
  end
  now = math.max(now, latestMs)
  return now, math.min(now, dueMaxMs)
end

local function writeOwners()
  for at = 1, #changedAccounts do
    local account = changedAccounts[at]
    local owner = accountOwners[account]
    local record = ownerRecords[owner]
    if not record then
      record = { 0 }
      ownerRecords[owner] = record
    end
    local place = places[account]
    if not place then
      place = #record + 1
      record[place] = accountNames[account]
    end
    record[place + 1], record[place + 2], record[place + 3] = balances[account], floors[account], inflows[account]
  end
  local fields, count = {}, 0
  for at = 1, #changedOwners do
    local owner = changedOwners[at]
    local record = ownerRecords[owner] or {}
    record[1] = ownerSeqs[owner]
    fields[count + 1], fields[count + 2] = ownerNames[owner], pack(unpack(record))
    count = count + 2
  end
  callInParts('HSET', OWNERS, fields, count)
end

local function splitKeys(keys)
  local ids = {}
  for id in string.gmatch(keys, '[^\n]+') do ids[#ids + 1] = id end
  return ids
end

-- Takes a document that the batch has changed out of the indexes, and puts it in again as it is now.
local function refile(document, goneDeadlines, goneIndex)
  local id, was = documentIds[document], before[document]
  if was.flags then
    if was.flags >= TENTATIVE then
      for _, key in ipairs(splitKeys(was.keys)) do goneIndex[#goneIndex + 1] = 't' .. key .. '\0' .. id end
    elseif was.deadline >= 0 then
      goneDeadlines[#goneDeadlines + 1] = id
      local text = deadlineText(was.deadline) .. id
      for _, key in ipairs(splitKeys(was.keys)) do goneIndex[#goneIndex + 1] = 'c' .. key .. '\0' .. text end
    end
    if string.sub(was.release, 1, 1) == '>' then
      goneIndex[#goneIndex + 1] = 'r' .. string.sub(was.release, 2) .. '\0' .. string.sub(id, 6)
    end
  end
  local tentative = flagsOf[document] >= TENTATIVE
  if deadlines[document] >= 0 and not tentative then fileByDeadline(deadlines[document], id) end
  if deadlines[document] >= 0 or tentative then
    for _, account in ipairs(filedUnder[document]) do fileUnder(account, id, tentative) end
  end
  if string.sub(releases[document], 1, 1) == '>' then
    fileText('r' .. string.sub(releases[document], 2) .. '\0' .. string.sub(id, 6))
  end
  if kinds[document] and not was.flags then fileText('n' .. kinds[document] .. '\0' .. id) end
end

local function writeDocuments()
  local goneDeadlines, goneIndex = {}, {}
  for at = 1, #changedDocuments do
    local document = changedDocuments[at]
    refile(document, goneDeadlines, goneIndex)
    local head = pack(versions[document], createds[document], nowMs, deadlines[document], filled[document])
    documentFields[documentCount + 1], documentFields[documentCount + 2] = documentIds[document], head .. blobs[document]
    documentCount = documentCount + 2
  end
  callInParts('HSET', DOCUMENTS, documentFields, documentCount)
  callInParts('ZREM', DEADLINES, goneDeadlines, #goneDeadlines)
  callInParts('ZREM', INDEX, goneIndex, #goneIndex)
  callInParts('ZADD', DEADLINES, deadlineFields, deadlineCount)
  callInParts('ZADD', INDEX, indexFields, indexCount)
end

local function answerOf(now, batch, seqs, bases)
  local answer = { now, batch, #seqs }
  local count = 3
  for owner = 1, #seqs do answer[count + owner] = seqs[owner] end
  count = count + #seqs
  -- Owners that the batch did not name: released units went there.
  local named = #seqs
  answer[count + 1] = #ownerNames - named
  count = count + 1
  for owner = named + 1, #ownerNames do
    answer[count + 1], answer[count + 2] = ownerNames[owner], ownerRecords[owner] and ownerRecords[owner][1] or 0
    count = count + 2
  end
  for at = 1, #bases do answer[count + at] = bases[at] end
  count = count + #bases
  local documents = 0
  local place = count + 1
  count = place
  for document in pairs(shown) do
    documents = documents + 1
    answer[count + 1], answer[count + 2] = document, documentValues[document]
    count = count + 2
  end
  answer[place] = documents
  for at = 1, toldCount do answer[count + at] = told[at] end
  return pack(answer)
end

-- Numbers of owners, and versions, times of creation and deadlines of documents, as before the batch.
local function basesOf(written)
  local seqs, bases = {}, {}
  for owner = 1, #ownerNames do seqs[owner] = ownerSeqs[owner] end
  for document = 1, written do
    local at = 3 * document
    if versions[document] then
      bases[at - 2], bases[at - 1], bases[at] = versions[document], createds[document], deadlines[document]
    else
      bases[at - 2], bases[at - 1], bases[at] = 0, 0, -1
    end
  end
  return seqs, bases
end

-- The values of a row; where they are many they come as one list.
local function rowOf(text)
  local row = { unpackAll(text) }
  return type(row[1]) == 'table' and row[1] or row
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
  local batch, latestMs = unpackAll(found[2])
  local now, due = timeOf(isCallers, callerMs, nowMaxMs, dueMaxMs, latestMs)
  if leaseUntil >= 0 and now > leaseUntil then return redis.error_reply('HOLDFAST-LEASE the lease has ended') end

  local read = rowOf(arguments[3])
  local written = read[read[1] + 2]
  local writes = read[read[1] + 3]
  load(read, read[1] + 4)
  local seqs, bases = basesOf(written)
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

  if accepted == 0 then return answerOf(now, 0, seqs, bases) end
  batch = batch + 1
  local answer = answerOf(now, batch, seqs, bases)
  local id = string.format('%.0f-%.0f', epoch, batch)
  -- The first to write: where memory is full it fails, and nothing is written.
  local fields = { 'u', arguments[2], 'f', arguments[3], 'a', answer }
  for group = 4, #arguments do
    fields[2 * group - 1], fields[2 * group] = 'g', arguments[group]
  end
  call('XADD', STREAM, id, unpack(fields))
  call('SET', LATEST, pack(batch, now))
  for at = 2, requestCount, 2 do requestFields[at] = id end
  callInParts('HSET', REQUESTS, requestFields, requestCount)
  writeOwners()
  writeDocuments()
  return answer
end
