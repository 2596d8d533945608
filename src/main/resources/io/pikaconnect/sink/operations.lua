-- The named operations on one key. Follows prelude.lua.

local run, settle

-- Bytes, not letters: Lua's own < follows the locale.
local function bytes_before(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = byte(a, i), byte(b, i)
    if x ~= y then
      return x < y
    end
  end
  return #a < #b
end

local function above(min, member)
  local kind, bound = sub(min, 1, 1), sub(min, 2)
  if kind == '[' then
    return not bytes_before(member, bound)
  elseif kind == '(' then
    return bytes_before(bound, member)
  end
  return kind == '-'
end

local function below(max, member)
  local kind, bound = sub(max, 1, 1), sub(max, 2)
  if kind == '[' then
    return not bytes_before(bound, member)
  elseif kind == '(' then
    return bytes_before(member, bound)
  end
  return kind == '+'
end

-- Each takes the command as a table, its name first.
local operations = {}

operations['pexpireat'] = function(a)
  return set_deadline(a[2], a[3])
end

-- Pika may have the string beside what its name has of another type; Redis would lose that, or not take the string, without
-- an error. The type of what is there, nil if nothing is in the way. Of a snapshot one type of each name is copied only.
local function in_a_strings_way(key)
  if several and at_time and failed(try('STRLEN', key)) and not bury(key, at_time) then
    return call('TYPE', key).ok
  end
end

local function wrong_type(a, kind)
  return { err = 'WRONGTYPE ' .. upper(a[1]) .. ' on a key that holds a ' .. kind }
end

operations['set'] = function(a)
  local kind = in_a_strings_way(a[2])
  if kind and upper(a[4] or '') == 'XX' then
    return 0 -- Pika, looking at strings only, finds none
  end
  return kind and wrong_type(a, kind) or try(unpack(a))
end

operations['setnx'] = operations['set']

operations['pika.set'] = function(a)
  local key, value, how, deadline = a[2], a[3], upper(a[4]), a[5]
  local kind = call('TYPE', key).ok
  if how == 'NX' then
    if kind == 'string' then
      return 0
    elseif kind ~= 'none' then -- Pika, looking at strings only, has set it
      return { err = 'WRONGTYPE SET NX on a key that holds a ' .. kind }
    end
  elseif kind ~= 'string' or how == 'VX' and call('GET', key) ~= a[6] then
    return 0
  end
  local set = try('SET', key, value)
  if failed(set) or deadline == '0' then
    return set
  end
  return set_deadline(key, deadline)
end

operations['pika.delvx'] = function(a)
  if call('TYPE', a[2]).ok == 'string' and call('GET', a[2]) == a[3] then
    return try('UNLINK', a[2])
  end
  return 0
end

operations['pika.setrange'] = function(a)
  local key, offset, value = a[2], tonumber(a[3]), a[4]
  local reply
  if value ~= '' and not find(value, '%z') then
    reply = try('SETRANGE', key, int(offset), value)
  else
    local old = try('GET', key)
    if failed(old) then
      return old
    end
    old = old or ''
    local head = sub(old, 1, offset)
    local text = match(value, '^%Z*')
    reply = try('SET', key, head .. rep('\0', offset - #head) .. text .. sub(old, offset + #value + 1), 'KEEPTTL')
  end
  if a[5] and not failed(reply) then
    call('PERSIST', key)
  end
  return reply
end

operations['pika.setbit0'] = function(a)
  local length = try('STRLEN', a[2])
  if failed(length) or floor(tonumber(a[3]) / 8) >= length then
    return 0
  end
  return try('SETBIT', a[2], a[3], '0')
end

operations['pika.setbit'] = function(a)
  local old
  if a[4] == '0' then
    old = operations['pika.setbit0'](a)
  else
    old = try('SETBIT', a[2], a[3], a[4])
  end
  if not failed(old) and tostring(old) ~= a[4] then
    call('PERSIST', a[2])
  end
  return old
end

operations['pika.zremrangebylex'] = function(a)
  local key, min, max = a[2], a[3], a[4]
  local at, removed = 0, 0
  while true do
    local members = try('ZRANGE', key, at, at + 999)
    if failed(members) then
      return members
    elseif #members == 0 then
      return removed
    end
    local within = {}
    for i = 1, #members do
      if above(min, members[i]) and below(max, members[i]) then
        within[#within + 1] = members[i]
      end
    end
    if #within > 0 then
      call('ZREM', key, unpack(within))
      removed = removed + #within
    end
    at = at + #members - #within
  end
end

operations['pika.stage'] = function(a)
  local slot, offset, bytes = a[2], a[3], a[4]
  local reply
  if offset == '0' then
    reply = try('SET', stage .. slot, bytes)
  elseif try('STRLEN', stage .. slot) ~= tonumber(offset) then
    reply = { err = 'ERR stage ' .. stage .. slot .. ' does not end at ' .. offset, kind = 'stage' }
  else
    reply = try('SETRANGE', stage .. slot, offset, bytes)
  end
  if failed(reply) then
    reply.kind = reply.kind or 'error' -- no conflict of data: without a piece the value would be another
  end
  return reply
end

operations['pika.staged'] = function(a)
  local command = { unpack(a, 3) }
  for slot in gmatch(a[2], '%d+') do
    local bytes = call('GET', stage .. slot)
    if not bytes then
      return { err = 'ERR stage ' .. stage .. slot .. ' is gone', kind = 'stage' }
    end
    command[tonumber(slot) + 1] = bytes
  end
  local reply = run(command)
  if failed(reply) then
    reply = settle(command, reply)
    if failed(reply) then
      return reply
    end
  end
  for slot in gmatch(a[2], '%d+') do
    call('UNLINK', stage .. slot)
  end
  return reply
end

-- Not applied, or not as it stands; so much is told behind the script.
local function discard(what, err)
  local n = #discarded
  discarded[n + 1], discarded[n + 2] = int(at_record), int(at_command)
  discarded[n + 3], discarded[n + 4] = what, err
end

operations['pika.endstream'] = function(a)
  if call('TYPE', a[2]).ok == 'stream' and call('XLEN', a[2]) == 0 then
    call('UNLINK', a[2])
  end
  return 0
end

-- Sets that the master counts too low: an SREM that names a member twice takes it off the count twice, and a set whose
-- count is 0 is gone for the master. The hash has the difference for each; an entry whose key is no set is void.
local some_uncounted -- nil: not looked yet

local function has_uncounted()
  if some_uncounted == nil then
    local any = call('HRANDFIELD', prefix .. 'uncounted')
    if any and call('TYPE', any).ok ~= 'set' then
      call('HDEL', prefix .. 'uncounted', any) -- so that void ones do not stay
    end
    some_uncounted = any and true or false
  end
  return some_uncounted
end

local function uncounted(key)
  local n = has_uncounted() and call('HGET', prefix .. 'uncounted', key)
  if n and call('TYPE', key).ok ~= 'set' then
    call('HDEL', prefix .. 'uncounted', key)
    return nil
  end
  return n and tonumber(n) or nil
end

-- Behind a change of a set: n of its members are not counted.
local function recount(key, n)
  local size = call('SCARD', key)
  if size == n then
    call('UNLINK', key)
  end
  if size == n or size == 0 then
    call('HDEL', prefix .. 'uncounted', key)
  else
    call('HSET', prefix .. 'uncounted', key, int(n))
    some_uncounted = true
  end
end

local function set_change(a)
  local n = uncounted(a[2])
  local reply = try(unpack(a))
  if n then
    recount(a[2], n)
  end
  return reply
end

operations['sadd'], operations['srem'] = set_change, set_change

operations['pika.srem'] = function(a)
  local key, removed, more = a[2], 0, 0
  local n = uncounted(key)
  for i = 3, #a, 2 do
    local one = try('SREM', key, a[i])
    if failed(one) then
      return one
    end
    removed = removed + one
    more = more + one * (tonumber(a[i + 1]) - 1)
  end
  n = (n or 0) + more
  if removed > 0 and n > 0 then
    recount(key, n)
  end
  return removed
end

operations['pika.scount'] = function(a)
  local size = try('SCARD', a[2])
  if failed(size) then
    return size
  elseif size > tonumber(a[3]) then
    recount(a[2], size - tonumber(a[3]))
  end
  return 0
end

-- The master's generator, x -> 16807 x mod 2^31-1, seeded with the second; indexes count the members in byte order.
local SPREAD, RANGE, NEAREST = 16807, 2147483647, 50

operations['pika.spop'] = function(a)
  local key, x, count = a[2], tonumber(a[3]) % RANGE, tonumber(a[4])
  local size = try('SCARD', key)
  if failed(size) then
    return size
  end
  local n = uncounted(key) or 0
  size = size - n
  if size <= 0 then
    discard('spop miss', 'no member to pop')
    return 0
  elseif count and count >= size then
    return try('UNLINK', key)
  end
  x = x == 0 and 1 or x
  local sorted = prefix .. 'sorted'
  local stored = try('ZUNIONSTORE', sorted, '1', key)
  if failed(stored) then
    return stored
  end
  local taken, members = {}, {}
  local range = count and size or math.min(size, NEAREST)
  repeat
    x = SPREAD * x % RANGE
    local index = x % range
    if not taken[index] then
      taken[index] = true
      members[#members + 1] = call('ZRANGE', sorted, int(index), int(index))[1]
    end
  until #members >= (count or 1)
  call('UNLINK', sorted)
  for m = 1, #members, 2000 do
    call('SREM', key, unpack(members, m, math.min(m + 1999, #members)))
  end
  if n > 0 then
    recount(key, n)
  end
  return #members
end
