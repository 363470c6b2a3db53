-- Pools as they are looked at all the time, without deciding anything: each with its document, the next deadline
-- of what would give units back to it, and whether something undecided would. Keys of owners, documents, index;
-- pools.
local function glance(keys, arguments)
  set()
  INDEX = keys[3]
  startDue(0, 0)
  local answer = {}
  for at = 1, #arguments do
    local pool = arguments[at]
    local due, tentative = '', '0'
    for _, account in ipairs(accountsReaching(pool .. '/available')) do
      local first = under('c' .. account, '', 1)[1]
      local text = first and string.sub(first, 1, 16) or ''
      if text ~= '' and (due == '' or text < due) then due = text end
      if under('t' .. account, '', 1)[1] then tentative = '1' end
    end
    answer[at] = { call('HGET', keys[1], pool), call('HGET', keys[2], 'pool:' .. pool), due, tentative }
  end
  return answer
end
