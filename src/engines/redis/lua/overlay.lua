-- What a batch has changed so far, over what Redis holds: accounts, owners, documents, each loaded once
-- with all that a batch names. Must not decide anything, and writes nothing.
-- An owner is kept as one flat list (MessagePack): its number, then name, balance, floor and inflow of
-- each account. A document is kept as five values of the store (version, created, updated, deadline or -1,
-- claims that were filled in), four of the caller (state, flags, where a pool's releases go, accounts
-- under which it is filed) and the rest, which nobody here reads.

-- Set by each call: none of it is there while a library is loaded.
local call, pack, unpackAll, unpackSome

local function set()
  call, pack, unpackAll, unpackSome = redis.call, cmsgpack.pack, cmsgpack.unpack, cmsgpack.unpack_limit
end

local METADATA, LATEST, OWNERS, DOCUMENTS, REQUESTS, DEADLINES, INDEX, STREAM

-- Tables stay from call to call, because making them anew was a third of a batch of one: what counts is up
-- to the counts, and whatever is added sets all that it has.

-- Owners by their place in the batch.
local ownerCount, changedOwnerCount = 0, 0
local ownerNames, ownerSeqs, ownerRecords, ownerRaised, changedOwners = {}, {}, {}, {}, {}
-- Accounts by theirs.
local accountCount, changedAccountCount = 0, 0
local accountOwners, accountNames, accountIds, accountPlaces = {}, {}, {}, {}
local balances, floors, inflows, isChanged, changedAccounts = {}, {}, {}, {}, {}
-- Documents by theirs; `versions` is false for one that is not there.
local documentCount, changedDocumentCount = 0, 0
local documentIds, documentValues, versions, createds, deadlines = {}, {}, {}, {}, {}
local states, flagsOf, releases, keysOf = {}, {}, {}, {}
-- Of documents that the batch has written: the latest version, and what was there before it.
local filled, blobs, filedUnder, kinds, before, changedDocuments = {}, {}, {}, {}, {}, {}
local changedById
-- Places by name, where somebody has asked for one.
local placeOfOwner, placeOfAccount, placeOfDocument

local function addOwner(name, value)
  local place = ownerCount + 1
  ownerCount = place
  ownerNames[place], ownerRaised[place] = name, 0
  if value then
    local record = { unpackAll(value) }
    ownerRecords[place], ownerSeqs[place] = record, record[1]
  else
    ownerRecords[place], ownerSeqs[place] = false, 0
  end
  return place
end

local function addAccount(owner, name)
  local place = accountCount + 1
  accountCount = place
  accountOwners[place], accountNames[place], accountIds[place] = owner, name, false
  isChanged[place], accountPlaces[place] = false, false
  local record = ownerRecords[owner]
  for at = 2, record and #record or 0, 4 do
    if record[at] == name then
      accountPlaces[place] = at
      balances[place], floors[place], inflows[place] = record[at + 1], record[at + 2], record[at + 3]
      return place
    end
  end
  balances[place], floors[place], inflows[place] = 0, 0, 0
  return place
end

local function addDocument(id, value)
  local place = documentCount + 1
  documentCount = place
  documentIds[place], documentValues[place] = id, value
  before[place], kinds[place] = false, false
  if value then
    local _, version, created, _, deadline, _, state, flags, release, keys = unpackSome(value, 9)
    versions[place], createds[place], deadlines[place] = version, created, deadline
    states[place], flagsOf[place], releases[place], keysOf[place] = state, flags, release, keys
  else
    versions[place], flagsOf[place] = false, false
  end
  return place
end

-- Reads all that a batch names, with one command for each kind of thing.
local function load(frame, at)
  ownerCount, accountCount, documentCount = 0, 0, 0
  changedOwnerCount, changedAccountCount, changedDocumentCount = 0, 0, 0
  changedById, placeOfOwner, placeOfAccount, placeOfDocument = nil, nil, nil, nil
  local count = frame[at]
  if count > 0 then
    local values = call('HMGET', OWNERS, unpack(frame, at + 1, at + count))
    for owner = 1, count do addOwner(frame[at + owner], values[owner]) end
  end
  at = at + count + 1
  count = frame[at]
  if count > 0 then
    local values = call('HMGET', DOCUMENTS, unpack(frame, at + 1, at + count))
    for document = 1, count do addDocument(frame[at + document], values[document]) end
  end
  at = at + count + 1
  for account = at + 1, at + 2 * frame[at], 2 do addAccount(frame[account], frame[account + 1]) end
end

local function accountId(account)
  local id = accountIds[account]
  if not id then
    id = ownerNames[accountOwners[account]] .. '/' .. accountNames[account]
    accountIds[account] = id
  end
  return id
end

-- What follows is asked for what a batch could not name beforehand: where the units of a closed pool go.

local function ownerCalled(name)
  if placeOfOwner == nil then
    placeOfOwner = {}
    for place = 1, ownerCount do placeOfOwner[ownerNames[place]] = place end
  end
  if placeOfOwner[name] == nil then
    placeOfOwner[name] = addOwner(name, call('HGET', OWNERS, name))
  end
  return placeOfOwner[name]
end

local function accountCalled(id)
  if placeOfAccount == nil then
    placeOfAccount = {}
    for place = 1, accountCount do placeOfAccount[accountId(place)] = place end
  end
  if placeOfAccount[id] == nil then
    local slash = string.find(id, '/', 1, true)
    local owner = ownerCalled(string.sub(id, 1, slash - 1))
    placeOfAccount[id] = addAccount(owner, string.sub(id, slash + 1))
  end
  return placeOfAccount[id]
end

local function documentCalled(id)
  if placeOfDocument == nil then
    placeOfDocument = {}
    for place = 1, documentCount do placeOfDocument[documentIds[place]] = place end
  end
  if placeOfDocument[id] == nil then
    placeOfDocument[id] = addDocument(id, call('HGET', DOCUMENTS, id))
  end
  return placeOfDocument[id]
end

-- The account that units released in a pool go to: a closed pool passes them on, two steps at most.
local function releaseAccount(document, available)
  for _ = 1, 2 do
    local release = versions[document] and releases[document] or ''
    if release == '' then return available end
    local to = string.sub(release, 2)
    if string.sub(release, 1, 1) == '=' then return accountCalled(to) end
    document = documentCalled('pool:' .. to)
    available = accountCalled(to .. '/available')
  end
  return available
end
