-- The named operations on one key.
--
-- needs:   prelude, shadows
-- defines: operations (by name; each takes the command as a table, its name first), discard, blocking_type, has_uncounted,
--          uncounted, recount, set_change, within, make_way, refusal, run, need; declares resolve_error and skip_wrong_type
--          (defined in conflicts)

-- What most batches do not need is defined when a command needs it: Redis makes all functions of a script again at each call,
-- and to make all of them takes it three times as long as to make these. Script.java makes one function of each of those files,
-- and one, define_all, that defines these functions.
local define, define_all = {}, nil

local function need(file)
  if define_all then
    define_all()
    define_all = nil
  end
  local once = define[file]
  if once then
    define[file] = nil
    once()
  end
end

local function resolve_error(...)
  need('conflicts')
  return resolve_error(...)
end

local function skip_wrong_type(...)
  need('conflicts')
  return skip_wrong_type(...)
end

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

-- What has an operation that is defined on demand, and in which file.
local ON_DEMAND = ' pika.spop=pops pika.setrange=strings pika.stage=stages pika.staged=stages pika.leftout=stages '
  .. 'pika.zremrangebylex=removals zremrangebyscore=removals zremrangebyrank=removals zpopmin=removals zpopmax=removals '
  .. 'lpop=removals rpop=removals rpoplpush=several-keys smove=several-keys pfmerge=several-keys msetnx=several-keys '
  .. 'bitop=several-keys pika.bitop=several-keys sunionstore=several-keys sinterstore=several-keys sdiffstore=several-keys '
  .. 'zunionstore=several-keys zinterstore=several-keys pika.give=moves pika.take=moves pika.lend=loans pika.borrow=loans '
  .. 'pika.patterndel=many-keys pika.flushtype=many-keys pika.slot.wait=slot-shares pika.slot.give=slot-shares '
  .. 'pika.slot.take=slot-shares pika.slot.lend=slot-shares pika.slot.borrow=slot-shares pika.slot.vote=slot-shares '
  .. 'pika.slot.decide=slot-shares '

-- The operation of that name; false if Redis' own command will do.
local function operation_of(name)
  local at = find(ON_DEMAND, ' ' .. name .. '=', 1, true)
  if at then
    need(match(ON_DEMAND, '=(%S+)', at))
  end
  operations[name] = operations[name] or false
  return operations[name]
end

-- Runs a command given as a table; every error comes back as a table with err.
local function run(cmd)
  local name = lower(cmd[1])
  local operation = operations[name]
  if operation == nil then
    operation = operation_of(name)
  end
  if not operation then
    return try(unpack(cmd))
  end
  local ok, reply = pcall(operation, cmd)
  if ok then
    return reply
  end
  return type(reply) == 'table' and reply or { err = tostring(reply) }
end

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

-- A SET frees what it replaces at once, which takes long if that is a large collection; here it is freed in the background.
local function make_way(key)
  if source_time and not several_types and failed(try('STRLEN', key)) then
    call('UNLINK', key)
  end
end

operations['set'] = function(cmd)
  local kind, option = blocking_type(cmd[2]), upper(cmd[4] or '')
  if kind then
    return option == 'XX' and 0 or wrong_type(cmd, kind) -- Pika, which looks at strings only, finds none
  elseif option == '' or option == 'PXAT' then
    make_way(cmd[2])
  end
  return try(unpack(cmd))
end

operations['setnx'] = function(cmd)
  local kind = blocking_type(cmd[2])
  return kind and wrong_type(cmd, kind) or try(unpack(cmd))
end

-- Whether the key holds that string; a longer one is not read.
local function holds_value(key, value)
  return call('STRLEN', key) == #value and call('GET', key) == value
end

-- The reply of a pika.set that does not set; nil if it does.
local function refusal(cmd)
  local key, how = cmd[2], upper(cmd[4])
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
end

operations['pika.set'] = function(cmd)
  local key, value, deadline = cmd[2], cmd[3], cmd[5]
  local refused = refusal(cmd)
  if refused then
    return refused
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

-- Notes a command that was not applied, or only after its key was deleted; the reply lists them.
local function discard(what, err, uncounted_records)
  local n = #discarded
  discarded[n + 1] = record_index + (uncounted_records or 0) -- as a number, which costs less than its text
  discarded[n + 2] = command_index
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
