-- Decides the transactions of a batch one by one, each on what those before it have left. Notes for the
-- caller only what he cannot work out by himself. Writes nothing.

local GUARD, ACCEPTED, REPEATED = 0, 1, 2

local frame, requests, repeated, shown
local requestAt, requestFieldCount, number, accepted, toldCount = 0, 0, 0, 0, 0
local requestFields, told = {}, {}

local function startDeciding(read)
  frame = read
  requestAt, requestFieldCount, number, accepted, toldCount = 0, 0, 0, 0, 0
  requests, repeated, shown = nil, nil, nil
  if frame[1] > 0 then requests = call('HMGET', REQUESTS, unpack(frame, 2, frame[1] + 1)) end
end

local function tell(one, two, three)
  told[toldCount + 1], told[toldCount + 2], told[toldCount + 3] = one, two, three
  toldCount = toldCount + 3
end

local function tellList(list, count)
  told[toldCount + 1] = count
  for at = 1, count do told[toldCount + 1 + at] = list[at] end
  toldCount = toldCount + 1 + count
end

local function tellShort()
  local due = shortDue or dueOn(shortAccount)
  tell(number, SHORT, shortMove)
  tell(accountId(shortAccount), spareOf(shortAccount), inflowBefore(shortAccount))
  told[toldCount + 1] = hasTentative(shortAccount, tentatives) and 1 or 0
  toldCount = toldCount + 1
  tellList(due, #due)
end

local function tellFilled()
  local accounts = {}
  for at = 1, resolved do accounts[at] = accountId(released[at]) end
  told[toldCount + 1], told[toldCount + 2] = number, ACCEPTED
  toldCount = toldCount + 2
  tellList(partial, partials)
  tellList(accounts, resolved)
end

-- Whether the request of a transaction was answered before, in an entry of the stream or, where the batch
-- has it twice (`kind` 2), by an earlier transaction of the batch.
local function isRepeated(kind)
  if kind == 0 then return false end
  requestAt = requestAt + 1
  local first = requests[requestAt] or (repeated and repeated[frame[requestAt + 1]])
  if first then tell(number, REPEATED, first) end
  return first
end

local function remembered(kind)
  if kind == 0 then return end
  local key = frame[requestAt + 1]
  requestFields[requestFieldCount + 1] = key
  requestFieldCount = requestFieldCount + 2
  if kind == 2 then
    repeated = repeated or {}
    repeated[key] = number
  end
end

-- A transaction: its length, kind of request, guards, floors, bounds, moves, writes.
local function decideOne(f, i)
  number = number + 1
  local kind = f[i + 1]
  if isRepeated(kind) then return end
  local at, guard, condition, document = checkGuards(f, i + 2)
  if not at then
    tell(number, GUARD, guard)
    told[toldCount + 1] = condition
    toldCount = toldCount + 1
    -- As it was before the batch; later versions the caller knows.
    if condition ~= SEQ_FAILED and versions[document] and not before[document] then
      shown = shown or {}
      shown[document] = true
    end
    return
  end
  local refused
  at, refused = makeMoves(f, at)
  if not at then
    if refused == SHORT then tellShort()
    else tell(number, OUT_OF_RANGE, accountId(shortAccount)) end
    takeBack()
    return
  end
  if partials + resolved > 0 then tellFilled() end
  raiseTouched()
  writeAll(f, at)
  accepted = accepted + 1
  remembered(kind)
end
