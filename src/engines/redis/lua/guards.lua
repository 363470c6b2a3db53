-- The conditions that a transaction states, in the order in which they stand: a guard on an owner's
-- number, on the state of a document, or on anything that can be asked of one. Only looks.

local SEQ, STATE = 0, 1
local ABSENT, PRESENT, VERSION, STATE_IN, DUE, NOT_DUE = 1, 2, 3, 4, 5, 6
local SEQ_FAILED = 0

local function failedCondition(f, i)
  local document, absent, version, due, count = f[i], f[i + 1], f[i + 2], f[i + 3], f[i + 4]
  if not versions[document] then return absent ~= 1 and PRESENT or nil end
  if absent == 1 then return ABSENT end
  if version >= 0 and version ~= versions[document] then return VERSION end
  if count >= 0 then
    local holds = false
    for at = i + 5, i + 4 + count do holds = holds or f[at] == states[document] end
    if not holds then return STATE_IN end
  end
  if due == 1 and not isDue(document) then return DUE end
  if due == 2 and isDue(document) then return NOT_DUE end
  return nil
end

-- Checks guards from `i` on. Returns where they end, or which of them failed, how, and on what.
local function checkGuards(f, i)
  local count = f[i]
  i = i + 1
  for guard = 0, count - 1 do
    local kind, on = f[i], f[i + 1]
    if kind == STATE then
      if not versions[on] then return nil, guard, PRESENT, on end
      if states[on] ~= f[i + 2] then return nil, guard, STATE_IN, on end
      i = i + 3
    elseif kind == SEQ then
      if ownerSeqs[on] ~= f[i + 2] then return nil, guard, SEQ_FAILED, on end
      i = i + 3
    else
      local failed = failedCondition(f, i + 1)
      if failed then return nil, guard, failed, on end
      i = i + 6 + math.max(0, f[i + 5])
    end
  end
  return i
end
