-- What must go on while Redis is at its maxmemory, so that it gets out of it: recording, after which batches leave
-- the stream; the signs of servers; what leaves. Each needs next to nothing, and may be written then.

-- Whether a server carries the stream: the key that says so, the server, for how many ms.
local function hold(keys, arguments)
  set()
  local holder = call('GET', keys[1])
  if holder and holder ~= arguments[1] then return 0 end
  call('SET', keys[1], arguments[1], 'PX', arguments[2])
  return 1
end

-- Lets recorded batches leave the stream, and tells how far it is: the stream, who is told; the first batch that
-- stays, the last that is recorded, and how many decisions did not hold of what was recorded last.
local function tell(keys, arguments)
  set()
  call('XTRIM', keys[1], 'MINID', arguments[1])
  return call('XADD', keys[2], 'MAXLEN', '1', '*', 'place', arguments[2], 'revoked', arguments[3])
end

-- That a server is at work, and who else is: the servers; the time, the time since when others are silent, the
-- server.
local function sign(keys, arguments)
  set()
  call('ZADD', keys[1], arguments[1], arguments[3])
  call('ZREMRANGEBYSCORE', keys[1], '-inf', '(' .. arguments[2])
  return call('ZRANGE', keys[1], 0, -1)
end
