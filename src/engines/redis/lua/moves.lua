-- Floors and moves of one transaction, made on what the batch has so far, and taken back when it is
-- refused. Fills in what only the commit knows: how many units were granted, where releases go.

local BALANCE_MAX = 9007199254740991
local SHORT, OUT_OF_RANGE = 3, 4

local touched, was = {}, {}
local touches = 0
-- Of the transaction under way: units per move, the first leg of each, and where each leg went.
local granted, starts, targets = {}, {}, {}
-- What the caller cannot know of it: units of partial moves, accounts of releases.
local partials, resolved = 0, 0
local partial, released = {}, {}
-- Why it is refused.
local shortMove, shortAccount, shortDue

local function remember(account)
  touches = touches + 1
  touched[touches] = account
  local at = 3 * touches
  was[at - 2], was[at - 1], was[at] = balances[account], floors[account], inflows[account]
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

local function carry(move, from, to, quantity)
  local left = balances[from] - quantity
  if left < -BALANCE_MAX then
    shortAccount = from
    return OUT_OF_RANGE
  end
  -- Two legs may share a source: each is checked against what the one before it left.
  if left < floors[from] then
    short(move, from)
    return SHORT
  end
  if balances[to] + quantity > BALANCE_MAX then
    shortAccount = to
    return OUT_OF_RANGE
  end
  remember(from)
  remember(to)
  balances[from] = balances[from] - quantity
  balances[to] = balances[to] + quantity
  inflows[to] = inflows[to] + 1
  return nil
end

-- How many units each of a move's sources can give; nothing where that is too few.
local function grantable(f, first, last, move, quantity, least)
  local i = first
  while i < last do
    local from = f[i]
    local spare = spareOf(from)
    if spare < quantity then
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
  local asked = least < 0 and quantity or least
  quantity = math.max(math.min(quantity, left), asked)
  local last = i
  for _ = 1, legs do last = last + (f[last + 1] < 0 and 3 or 2) end
  local give, refused = grantable(f, i, last, move, quantity, least)
  if not give then return nil, refused end
  starts[move + 1] = #targets + 1
  granted[move + 1] = give
  if least >= 0 then
    partials = partials + 1
    partial[partials] = give
  end
  while i < last do
    local from, to = f[i], f[i + 1]
    if to < 0 then
      to = releaseAccount(-to, f[i + 2])
      resolved = resolved + 1
      released[resolved] = to
      i = i + 1
    end
    if give > 0 then
      refused = carry(move, from, to, give)
      if refused then return nil, refused end
    end
    targets[#targets + 1] = to
    i = i + 2
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
  touches, partials, resolved = 0, 0, 0
  granted, starts, targets = {}, {}, {}
  for _ = 1, f[i] do
    local account, floor = f[i + 1], f[i + 2]
    remember(account)
    if floor < floors[account] then inflows[account] = inflows[account] + 1 end
    floors[account] = floor
    i = i + 2
  end
  local grantedMin, grantedMax = -1, -1
  i = i + 1
  if f[i] == 1 then
    grantedMin, grantedMax = f[i + 1], f[i + 2]
    i = i + 2
  end
  local moves = f[i + 1]
  i = i + 2
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
