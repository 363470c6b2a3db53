-- What an accepted transaction leaves: raised numbers, the next versions of documents, and the commands
-- that will write them. Collects; commit.lua is what writes.

-- Of a document, and in a batch alone: it has claims to fill in, its id is a name, it is a pool's.
local TENTATIVE, FILLED, NAMED, OWNED = 2, 4, 8, 16
local NO_DEADLINE, KEEP, AFTER = 0, 1, 2

local nowMs
-- Fields and values for the commands; each is a table that stays, with a count.
local documentFields, deadlineFields, indexFields = {}, {}, {}
local documentFieldCount, deadlineFieldCount, indexFieldCount = 0, 0, 0
-- Undecided documents of the batch: the accounts that their claims reach, by id.
local tentatives
-- Most documents of a batch are new and have one deadline: what is the same is made once.
local headDeadline, head, textDeadline, scoreText, memberText
local raises = 0

local function startWrites(now)
  nowMs = now
  documentFieldCount, deadlineFieldCount, indexFieldCount = 0, 0, 0
  tentatives, headDeadline, textDeadline = nil, nil, nil
  raises = 0
end

local function textsOf(deadline)
  textDeadline = deadline
  scoreText, memberText = string.format('%.0f', deadline), deadlineText(deadline)
end

-- Gives an owner its next number, once per transaction.
local function raise(owner)
  if ownerRaised[owner] == raises then return end
  if ownerRaised[owner] == 0 then
    changedOwnerCount = changedOwnerCount + 1
    changedOwners[changedOwnerCount] = owner
  end
  ownerRaised[owner] = raises
  ownerSeqs[owner] = ownerSeqs[owner] + 1
end

local function raiseTouched()
  raises = raises + 1
  local last
  for touch = 1, touches do
    local account = touched[touch]
    if not isChanged[account] then
      isChanged[account] = true
      changedAccountCount = changedAccountCount + 1
      changedAccounts[changedAccountCount] = account
    end
    local owner = accountOwners[account]
    if owner ~= last then
      raise(owner)
      last = owner
    end
  end
end

local function fileText(text)
  indexFields[indexFieldCount + 1], indexFields[indexFieldCount + 2] = '0', text
  indexFieldCount = indexFieldCount + 2
end

-- Files one document under one account; `id` has been filed by its deadline before.
local function fileUnder(account, id, tentative)
  if tentative then fileText('t' .. account .. '\0' .. id)
  else fileText('c' .. account .. '\0' .. memberText .. id) end
end

local function fileByDeadline(deadline, id)
  if deadline ~= textDeadline then textsOf(deadline) end
  local at = deadlineFieldCount
  deadlineFieldCount = at + 2
  deadlineFields[at + 1], deadlineFields[at + 2] = scoreText, id
end

-- The deadline at `i`, and where it ends.
local function deadlineAt(f, i, kept)
  local kind = f[i]
  if kind == NO_DEADLINE then return -1, i + 1 end
  if kind == AFTER then return nowMs + f[i + 1], i + 2 end
  if kind == KEEP then return kept, i + 1 end
  local capped = math.min(nowMs + f[i + 1], f[i + 2])
  return math.max(capped, f[i + 3]), i + 4
end

-- Whether a document is filed under an account for the quantity that stands beside it: that of a claim,
-- below zero for what a move has granted, zero where the document frees the account without a claim.
local function isFiled(quantity)
  if quantity < 0 then return granted[-quantity] > 0 end
  return true
end

-- Claims by move and leg, of which only the commit knows account and quantity.
local function filledAt(f, i)
  local claims = {}
  for claim = 1, f[i] do
    local move, leg = f[i + 1], f[i + 2]
    claims[2 * claim - 1] = accountId(targets[starts[move + 1] + leg])
    claims[2 * claim] = granted[move + 1]
    i = i + 2
  end
  return pack(unpack(claims)), i + 1
end

local function setTentative(id, claimed)
  if tentatives or claimed then
    tentatives = tentatives or {}
    tentatives[id] = claimed
  end
end

local function has(flags, flag) return math.floor(flags / flag) % 2 == 1 end

-- A new document, whose id nobody else in the batch names.
local function writeNew(f, i)
  local id, flags, deadline = f[i], f[i + 1], -1
  if f[i + 2] == AFTER then deadline, i = nowMs + f[i + 3], i + 4
  else deadline, i = deadlineAt(f, i + 2, -1) end
  local tentative = flags % FILLED >= TENTATIVE
  local claimed = tentative and {}
  local isTimed = deadline >= 0 and not tentative
  if isTimed then fileByDeadline(deadline, id) end
  for _ = 1, f[i] do
    local account, quantity = f[i + 1], f[i + 2]
    i = i + 2
    -- Below zero it is that of a move.
    if (quantity >= 0 or granted[-quantity] > 0) and (isTimed or tentative) then
      fileUnder(accountIds[account] or accountId(account), id, tentative)
      if tentative and quantity ~= 0 then claimed[#claimed + 1] = accountId(account) end
    end
  end
  i = i + 1
  local known = head
  if flags >= FILLED then
    local claims
    claims, i = filledAt(f, i)
    known = pack(1, nowMs, nowMs, deadline, claims)
  elseif deadline ~= headDeadline then
    known = pack(1, nowMs, nowMs, deadline, '')
    headDeadline, head = deadline, known
  end
  local at = documentFieldCount
  documentFieldCount = at + 2
  documentFields[at + 1], documentFields[at + 2] = id, known .. f[i]
  if tentative then setTentative(id, claimed) end
  return i + 1
end

-- Notes what a document was before the batch, to take it out of the indexes.
local function change(document)
  before[document] = {
    deadline = deadlines[document],
    flags = flagsOf[document],
    release = releases[document],
    keys = keysOf[document],
  }
  changedDocumentCount = changedDocumentCount + 1
  changedDocuments[changedDocumentCount] = document
  changedById = changedById or {}
  changedById[documentIds[document]] = document
end

-- The next version of a document that the batch has loaded; a fresh one has no version before it.
local function writeNext(f, i)
  local document, flags, fresh = f[i], f[i + 1], f[i + 2] == 1
  if not before[document] then change(document) end
  local version = not fresh and versions[document] or 0
  deadlines[document], i = deadlineAt(f, i + 3, version > 0 and deadlines[document] or -1)
  local accounts, claimed = {}, {}
  for _ = 1, f[i] do
    local account, quantity = accountId(f[i + 1]), f[i + 2]
    i = i + 2
    if isFiled(quantity) then
      accounts[#accounts + 1] = account
      if quantity ~= 0 then claimed[#claimed + 1] = account end
    end
  end
  i = i + 1
  filled[document] = ''
  if has(flags, FILLED) then filled[document], i = filledAt(f, i) end
  if has(flags, NAMED) then
    kinds[document] = f[i]
    i = i + 1
  end
  if has(flags, OWNED) then
    raise(f[i])
    i = i + 1
  end
  if version == 0 then createds[document] = nowMs end
  versions[document] = version + 1
  local _, state, kept, release, keys = unpackSome(f[i], 4)
  states[document], flagsOf[document], releases[document], keysOf[document] = state, kept, release, keys
  blobs[document], filedUnder[document] = f[i], accounts
  setTentative(documentIds[document], kept >= TENTATIVE and claimed or nil)
  return i + 1
end

-- All writes of a transaction: each is an id, or the place of a document that is loaded, and so on.
local function writeAll(f, i)
  local count = f[i]
  i = i + 1
  for _ = 1, count do
    if type(f[i]) == 'string' then i = writeNew(f, i) else i = writeNext(f, i) end
  end
end
