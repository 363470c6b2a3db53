-- What stands in the way of a last word on "not enough": documents past their deadline, and undecided
-- ones, whose undo would bring units to an account. One sorted set of texts serves as the index:
--   c account \0 deadline document    t account \0 document, undecided
--   r pool \0 pool that passes its releases on to it    n kind \0 document with a name
-- Only looks.

local DUE_LIMIT = 64
local dueMs, dueText, dueMax
local found, reaching

local function deadlineText(deadline) return string.format('%016.0f', math.max(0, deadline)) end

local function under(prefix, last, limit)
  local from = prefix .. '\0'
  local members = call('ZRANGEBYLEX', INDEX, '[' .. from, '[' .. from .. last .. '\255', 'LIMIT', 0, limit)
  local start = #from + 1
  for at = 1, #members do members[at] = string.sub(members[at], start) end
  return members
end

local function startDue(due, writes)
  dueMs = due
  dueText = deadlineText(due)
  -- At most so many of those that are found can have been settled by the batch.
  dueMax = DUE_LIMIT + writes
  found, reaching = nil, nil
end

local function isDue(document)
  local deadline = deadlines[document]
  return deadline >= 0 and deadline <= dueMs and flagsOf[document] < 2
end

-- Documents under a prefix of the index, as Redis holds them; read once for a batch.
local function documentsUnder(prefix, last, start)
  found = found or {}
  local documents = found[prefix]
  if documents == nil then
    documents = under(prefix, last, dueMax)
    for at = 1, #documents do documents[at] = string.sub(documents[at], start) end
    found[prefix] = documents
  end
  return documents
end

-- The accounts under which what reaches this one is filed: pools that pass on to it, two steps.
local function accountsReaching(id)
  reaching = reaching or {}
  if reaching[id] then return reaching[id] end
  local ids = { id }
  local pool, name = string.match(id, '^([^!/][^/]*)/(.*)$')
  if name == 'available' or name == 'offered' then
    if name == 'offered' then ids[2] = pool .. '/available' end
    for _, child in ipairs(under('r' .. pool, '', dueMax)) do
      ids[#ids + 1] = child .. '/available'
      for _, grandchild in ipairs(under('r' .. child, '', dueMax)) do
        ids[#ids + 1] = grandchild .. '/available'
      end
    end
  end
  reaching[id] = ids
  return ids
end

-- Available accounts of pools that the batch has made pass their releases on to an account.
local function passingOnTo(id)
  local ids = {}
  for at = 1, changedDocumentCount do
    local document = changedDocuments[at]
    local release = releases[document]
    if string.sub(release, 1, 1) == '>' and string.sub(release, 2) .. '/available' == id then
      ids[#ids + 1] = string.sub(documentIds[document], 6) .. '/available'
    end
  end
  return ids
end

-- Documents that are due on an account as of now, at most 64; what the batch has settled is not.
local function dueOn(account)
  local id = accountId(account)
  local due, seen = {}, {}
  local function take(key)
    -- Behind the deadline, which stands before the id.
    for _, document in ipairs(documentsUnder('c' .. key, dueText, 17)) do
      if #due == DUE_LIMIT then return end
      local changed = changedById and changedById[document]
      if not seen[document] and (not changed or isDue(changed)) then
        seen[document] = true
        due[#due + 1] = document
      end
    end
  end
  for _, key in ipairs(accountsReaching(id)) do take(key) end
  if changedDocumentCount > 0 then
    for _, key in ipairs(passingOnTo(id)) do take(key) end
  end
  return due
end

-- Whether an undecided claim's undo would reach an account as of now.
local function hasTentative(account, written)
  local id = accountId(account)
  for _, accounts in pairs(written or {}) do
    for _, claimed in ipairs(accounts) do
      if claimed == id then return true end
    end
  end
  for _, key in ipairs(accountsReaching(id)) do
    for _, document in ipairs(documentsUnder('t' .. key, '', 1)) do
      if not (changedById and changedById[document]) then return true end
    end
  end
  return false
end
