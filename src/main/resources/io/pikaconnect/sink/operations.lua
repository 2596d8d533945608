-- The named operations on one key.
--
-- needs:   prelude, shadows
-- defines: operations (by name; each takes the command as a table, its name first), discard, blocking_type, has_uncounted,
--          uncounted, recount, set_change, within; declares run (defined in several-keys) and resolve_error (in conflicts)

local run, resolve_error

-- Compares bytes: Lua's own < follows the locale.
local function bytes_before(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = byte(a, i), byte(b, i)
    if x ~= y then
      return x < y
    end
  end
  return #a < #b
end

-- Whether a member is within a bound of ZRANGEBYLEX: '[m' and '(m', '-' and '+'.
local function within(bound, member, is_lower)
  local kind, value = sub(bound, 1, 1), sub(bound, 2)
  if kind ~= '[' and kind ~= '(' then
    return kind == (is_lower and '-' or '+')
  elseif member == value then
    return kind == '['
  end
  return bytes_before(member, value) ~= is_lower
end

local operations = {}

operations['pexpireat'] = function(cmd)
  return set_deadline(cmd[2], cmd[3])
end

-- Pika may hold a string and a value of another type under one key; Redis would overwrite that value, or not take the
-- string, without an error. Returns the type that is there, nil if nothing blocks the string. A snapshot has only one type of
-- each key.
local function blocking_type(key)
  if several_types and source_time and failed(try('STRLEN', key)) and not delete_if_expired(key, source_time) then
    return call('TYPE', key).ok
  end
end

local function wrong_type(cmd, kind)
  return { err = 'WRONGTYPE ' .. upper(cmd[1]) .. ' on a key that holds a ' .. kind }
end

operations['set'] = function(cmd)
  local kind = blocking_type(cmd[2])
  if kind and upper(cmd[4] or '') == 'XX' then
    return 0 -- Pika, which looks at strings only, finds none
  end
  return kind and wrong_type(cmd, kind) or try(unpack(cmd))
end

operations['setnx'] = operations['set']

-- Whether the key holds that string; a longer one is not read.
local function holds_value(key, value)
  return call('STRLEN', key) == #value and call('GET', key) == value
end

operations['pika.set'] = function(cmd)
  local key, value, how, deadline = cmd[2], cmd[3], upper(cmd[4]), cmd[5]
  local kind = call('TYPE', key).ok
  if how == 'NX' then
    if kind == 'string' then
      return 0
    elseif kind ~= 'none' then -- Pika, which looks at strings only, has set it
      return { err = 'WRONGTYPE SET NX on a key that holds a ' .. kind }
    end
  elseif kind ~= 'string' or how == 'VX' and not holds_value(key, cmd[6]) then
    return 0
  end
  local set = try('SET', key, value)
  if failed(set) or deadline == '0' then
    return set
  end
  return set_deadline(key, deadline)
end

operations['pika.delvx'] = function(cmd)
  if call('TYPE', cmd[2]).ok == 'string' and holds_value(cmd[2], cmd[3]) then
    return try('UNLINK', cmd[2])
  end
  return 0
end

operations['pika.setrange'] = function(cmd)
  local key, offset, value = cmd[2], tonumber(cmd[3]), cmd[4]
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
  if cmd[5] and not failed(reply) then
    call('PERSIST', key)
  end
  return reply
end

operations['pika.setbit0'] = function(cmd)
  local length = try('STRLEN', cmd[2])
  if failed(length) or floor(tonumber(cmd[3]) / 8) >= length then
    return 0
  end
  return try('SETBIT', cmd[2], cmd[3], '0')
end

operations['pika.setbit'] = function(cmd)
  local old
  if cmd[4] == '0' then
    old = operations['pika.setbit0'](cmd)
  else
    old = try('SETBIT', cmd[2], cmd[3], cmd[4])
  end
  if not failed(old) and tostring(old) ~= cmd[4] then
    call('PERSIST', cmd[2])
  end
  return old
end

operations['del'] = function(cmd)
  drop_shadow(cmd[2])
  return try('UNLINK', unpack(cmd, 2))
end

operations['pika.stage'] = function(cmd)
  local slot, offset, bytes = cmd[2], cmd[3], cmd[4]
  local reply
  if offset == '0' then
    reply = try('SET', stage .. slot, bytes)
  elseif try('STRLEN', stage .. slot) ~= tonumber(offset) then
    reply = { err = 'ERR stage ' .. stage .. slot .. ' does not end at ' .. offset, kind = 'stage' }
  else
    reply = try('SETRANGE', stage .. slot, offset, bytes)
  end
  if failed(reply) then
    reply.kind = reply.kind or 'error' -- not a conflict: without the piece the value would be a different one
  end
  return reply
end

-- A SET whose value was staged takes the stage itself: the value is not copied.
local function set_stage(key, slot)
  local kind = blocking_type(key)
  if kind then
    return wrong_type({ 'SET' }, kind)
  elseif call('EXISTS', stage .. slot) == 0 then
    return { err = 'ERR stage ' .. stage .. slot .. ' is gone', kind = 'stage' }
  end
  call('UNLINK', key)
  return try('RENAME', stage .. slot, key)
end

operations['pika.staged'] = function(cmd)
  local command = { unpack(cmd, 3) }
  if #command == 3 and lower(command[1]) == 'set' and cmd[2] == '2' then
    local reply = set_stage(command[2], cmd[2])
    if not failed(reply) or reply.kind then
      return reply
    end -- as it is: what follows decides about the error
  end
  for slot in gmatch(cmd[2], '%d+') do
    local bytes = call('GET', stage .. slot)
    if not bytes then
      return { err = 'ERR stage ' .. stage .. slot .. ' is gone', kind = 'stage' }
    end
    command[tonumber(slot) + 1] = bytes
  end
  local reply = run(command)
  if failed(reply) then
    reply = resolve_error(command, reply)
    if failed(reply) then
      return reply
    end
  end
  for slot in gmatch(cmd[2], '%d+') do
    call('UNLINK', stage .. slot)
  end
  return reply
end

-- Notes a command that was not applied, or only after its key was deleted; the reply lists them.
local function discard(what, err)
  local n = #discarded
  discarded[n + 1], discarded[n + 2] = record_index, command_index -- as numbers, which costs less than their texts
  discarded[n + 3], discarded[n + 4] = what, err
end

operations['pika.endstream'] = function(cmd)
  if call('TYPE', cmd[2]).ok == 'stream' and call('XLEN', cmd[2]) == 0 then
    call('UNLINK', cmd[2])
  end
  return 0
end

-- Sets whose members the master counts too low: an SREM that names a member twice decrements its count twice, and at 0 it
-- treats the set as deleted. The hash uncounted has the difference for each such set; an entry whose key is no set is void.
local some_uncounted -- whether there is any; nil while not known

local function has_uncounted()
  if some_uncounted == nil then
    local any = call('HRANDFIELD', prefix .. 'uncounted')
    if any and call('TYPE', any).ok ~= 'set' then
      call('HDEL', prefix .. 'uncounted', any) -- or void entries would stay for ever
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

-- After a change of a set of which n members are not counted.
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

local function set_change(cmd)
  local key = cmd[2]
  local n, shadow = uncounted(key), shadow_of(key)
  local reply = try(unpack(cmd))
  if shadow and not failed(reply) then
    local change = lower(cmd[1]) == 'sadd' and add_to_shadow or remove_from_shadow
    change(shadow, cmd, 3, #cmd)
  end
  if n then
    recount(key, n)
  end
  return reply
end

operations['sadd'], operations['srem'] = set_change, set_change

operations['pika.srem'] = function(cmd)
  local key, removed, more = cmd[2], 0, 0
  local n, shadow = uncounted(key), shadow_of(key)
  for i = 3, #cmd, 2 do
    local one = try('SREM', key, cmd[i])
    if failed(one) then
      return one
    end
    if shadow then
      call('ZREM', shadow, cmd[i])
    end
    removed = removed + one
    more = more + one * (tonumber(cmd[i + 1]) - 1)
  end
  n = (n or 0) + more
  if removed > 0 and n > 0 then
    recount(key, n)
  end
  return removed
end

operations['pika.scount'] = function(cmd)
  local size = try('SCARD', cmd[2])
  if failed(size) then
    return size
  elseif size > tonumber(cmd[3]) then
    recount(cmd[2], size - tonumber(cmd[3]))
  end
  return 0
end

do

-- The master draws members by the generator x -> 16807 x mod 2^31-1, seeded with the second; its indexes count the members
-- in byte order.
local SPREAD, RANGE, NEAREST = 16807, 2147483647, 50

-- Sets of up to so many members are sorted for each SPOP.
local SORTED_EACH_TIME = 256

local function pop(key, shadow, members)
  for i = 1, #members, 4000 do
    call('SREM', key, unpack(members, i, math.min(i + 3999, #members)))
  end
  if shadow then
    remove_from_shadow(shadow, members, 1, #members)
  end
end

-- Pops many members: first all are drawn, while the order stays as it is, then they are removed.
local function pop_many(key, shadow, x, count, size, progress)
  local drawn, missing = progress_key .. ':drawn', count
  if progress then
    x, missing, size = unpack(progress)
  else
    call('UNLINK', drawn)
  end
  while missing > 0 do
    for _ = 1, PAGE do
      x = SPREAD * x % RANGE
      local index = int(x % size)
      missing = missing - call('SADD', drawn, call('ZRANGE', shadow, index, index)[1])
      if missing == 0 then
        break
      end
    end
    if out_of_time() then
      save_progress(x, missing, size)
      return PAUSE
    end
  end
  repeat
    local members = call('SPOP', drawn, PAGE)
    pop(key, shadow, members)
    if #members == PAGE and out_of_time() then
      save_progress(x, missing, size)
      return PAUSE
    end
  until #members < PAGE
  if progress then
    clear_progress()
  end
end

-- So many members, each once, by their places in a sorted set of all.
local function draw(sorted, range, x, count)
  local taken, members = {}, {}
  repeat
    x = SPREAD * x % RANGE
    local index = x % range
    if not taken[index] then
      taken[index] = true
      members[#members + 1] = call('ZRANGE', sorted, int(index), int(index))[1]
    end
  until #members >= count
  return members
end

operations['pika.spop'] = function(cmd)
  local key, x, count = cmd[2], tonumber(cmd[3]) % RANGE, tonumber(cmd[4])
  local all = try('SCARD', key)
  if failed(all) then
    return all
  end
  local n, progress = uncounted(key) or 0, load_progress()
  local size = all - n
  if progress and progress[2] > 0 and progress[3] ~= size then -- the set is not the one whose members were being drawn
    clear_progress()
    call('UNLINK', progress_key .. ':drawn')
    progress = nil
  end
  if not progress then
    if size <= 0 then
      discard('spop miss', 'no member to pop')
      return 0
    elseif count and count >= size then
      drop_shadow(key)
      return try('UNLINK', key)
    end
    x = x == 0 and 1 or x
  end
  local draws = not progress or progress[2] > 0 -- and needs the shadow, which may have been dropped since
  local shadow = draws and all > SORTED_EACH_TIME and make_shadow(key, all) or shadow_of(key)
  if shadow == PAUSE then
    return PAUSE
  end
  if progress or count and count > PAGE then
    local reply = pop_many(key, shadow, x, count, size, progress)
    if reply == PAUSE then
      return PAUSE
    end
  else
    local sorted = shadow
    if not sorted then
      sorted = prefix .. 'sorted-once'
      local stored = try('ZUNIONSTORE', sorted, '1', key)
      if failed(stored) then
        return stored
      end
    end
    pop(key, shadow, draw(sorted, count and size or math.min(size, NEAREST), x, count or 1))
    if not shadow then
      call('UNLINK', sorted)
    end
  end
  if n > 0 then
    recount(key, n)
  end
  return 0
end

end
