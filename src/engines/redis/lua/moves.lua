-- Floors and moves of one transaction, made on what the batch has so far, and taken back when it is
-- refused. Fills in what only the commit knows: how many units were granted, where releases go.

local BALANCE_MAX = 9007199254740991
local SHORT, OUT_OF_RANGE = 3, 4

-- Accounts touched by the transaction under way, in order, and what they were where that may be needed: a
-- single move along one way is refused before it touches anything.
local touched, was = {}, {}
local touches, isKeeping = 0, false
-- Units per move, the first leg of each, and where each leg went. Tables that stay: what lies beyond the end
-- of a transaction's moves is of an older one.
local granted, starts, targets = {}, {}, {}
local legsMade = 0
-- What the caller cannot know: units of partial moves, accounts of releases.
local partials, resolved = 0, 0
local partial, released = {}, {}
-- Why it is refused.
local shortMove, shortAccount, shortDue

local function remember(account)
  touches = touches + 1
  touched[touches] = account
  if isKeeping then
    local at = 3 * touches
    was[at - 2], was[at - 1], was[at] = balances[account], floors[account], inflows[account]
  end
end

local function takeBack()
  for touch = touches, 1, -1 do
    local account, at = touched[touch], 3 * touch
    balances[account], floors[account], inflows[account] = was[at - 2], was[at - 1], was[at]
  end
end

local function inflowBefore(account)
  for touch = 1, touches do
    if touched[touch] == account then return was[3 * touch] end
  end
  return inflows[account]
end

local function spareOf(account) return math.max(0, balances[account] - floors[account]) end

local function short(move, account, due)
  shortMove, shortAccount, shortDue = move, account, due
  return nil, SHORT
end

local function outOfRange(account)
  shortAccount = account
  return OUT_OF_RANGE
end

local function carry(move, from, to, quantity)
  local left = balances[from] - quantity
  if left < -BALANCE_MAX then return outOfRange(from) end
  -- Two legs may share a source: each is checked against what the one before it left.
  if left < floors[from] then
    short(move, from)
    return SHORT
  end
  if balances[to] + quantity > BALANCE_MAX then return outOfRange(to) end
  remember(from)
  remember(to)
  balances[from] = left
  balances[to] = balances[to] + quantity
  inflows[to] = inflows[to] + 1
end

-- How many units each source of the move can give, from its legs at `i` on; nothing where that is too few.
local function grantable(f, i, move, legs, quantity, least)
  for _ = 1, legs do
    local from = f[i]
    local spare = balances[from] - floors[from]
    -- Below its floor it has nothing to give, and nothing is not too few.
    if spare < quantity and quantity > 0 then
      if spare < 0 then spare = 0 end
      if least < 0 or spare < least then return short(move, from) end
      local due = dueOn(from)
      -- Units past their deadline lie idle there: free them first, then grant what there is.
      if #due > 0 then return short(move, from, due) end
      quantity = spare
    end
    i = i + (f[i + 1] < 0 and 3 or 2)
  end
  return quantity
end

-- The move at `i`: legs (below zero with a least quantity), quantity, least quantity, and of each leg
-- source and target, or source, minus a pool's document and its available account for a release.
local function makeMove(f, i, move, left)
  local legs, quantity, least = f[i], f[i + 1], -1
  i = i + 2
  if legs < 0 then
    legs, least = -legs, f[i]
    i = i + 1
  end
  if quantity > left then
    local asked = least < 0 and quantity or least
    quantity = left < asked and asked or left
  end
  local give, refused = grantable(f, i, move, legs, quantity, least)
  if not give then return nil, refused end
  starts[move + 1], granted[move + 1] = legsMade + 1, give
  if least >= 0 then
    partials = partials + 1
    partial[partials] = give
  end
  for _ = 1, legs do
    local from, to = f[i], f[i + 1]
    i = i + 2
    if to < 0 then
      to = releaseAccount(-to, f[i])
      resolved = resolved + 1
      released[resolved] = to
      i = i + 1
    end
    if give > 0 then
      refused = carry(move, from, to, give)
      if refused then return nil, refused end
    end
    legsMade = legsMade + 1
    targets[legsMade] = to
  end
  return i
end

-- The source with the least to give: the one to wait for when too little was granted.
local function shortest(f, i, moves)
  local least
  for _ = 1, moves do
    local legs = f[i]
    i = i + (legs < 0 and 3 or 2)
    for _ = 1, math.abs(legs) do
      local from = f[i]
      if least == nil or balances[from] - floors[from] < balances[least] - floors[least] then
        least = from
      end
      i = i + (f[i + 1] < 0 and 3 or 2)
    end
  end
  return least
end

-- What the moves from `i` on ask at least.
local function leastOf(f, i, moves)
  local sum = 0
  for _ = 1, moves do
    local legs = f[i]
    sum = sum + (legs < 0 and f[i + 2] or f[i + 1])
    i = i + (legs < 0 and 3 or 2)
    for _ = 1, math.abs(legs) do i = i + (f[i + 1] < 0 and 3 or 2) end
  end
  return sum
end

-- Floors, moves and what is granted over all of them. Returns where they end, or why not.
local function makeMoves(f, i)
  touches, partials, resolved, legsMade = 0, 0, 0, 0
  local grantedMin, grantedMax = -1, -1
  local count = f[i]
  isKeeping = count > 0
  for _ = 1, count do
    local account, floor = f[i + 1], f[i + 2]
    remember(account)
    if floor < floors[account] then inflows[account] = inflows[account] + 1 end
    floors[account] = floor
    i = i + 2
  end
  i = i + 1
  if f[i] == 1 then
    grantedMin, grantedMax = f[i + 1], f[i + 2]
    i = i + 2
  end
  local moves = f[i + 1]
  i = i + 2
  isKeeping = isKeeping or moves > 1 or grantedMin >= 0 or moves == 1 and f[i] ~= 1
  local first, total, left = i, 0, math.huge
  local later = grantedMax >= 0 and leastOf(f, i, moves)
  for move = 0, moves - 1 do
    if later then
      -- What the moves still to come ask at least is set aside for them.
      later = later - (f[i] < 0 and f[i + 2] or f[i + 1])
      left = grantedMax - total - later
    end
    local refused
    i, refused = makeMove(f, i, move, left)
    if not i then return nil, refused end
    total = total + granted[move + 1]
  end
  if total < grantedMin then return short(-1, shortest(f, first, moves)) end
  return i
end
