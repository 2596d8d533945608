-- Begins every script of the sink: the ledger's text form, the stream's clock, the named operations.
-- KEYS[1] is the ledger. Nothing here runs by itself; each script sets the variables of the second block.
--
-- Rule for all scripts: redis.call may raise only before the first write. Behind it an error must come back as a
-- value, so that the ledger is written for what was applied.

local call, try = redis.call, redis.pcall
local A = ARGV
local unpack, tonumber, type, pcall = unpack, tonumber, type, pcall
local floor, format, match, gmatch, find = math.floor, string.format, string.match, string.gmatch, string.find
local sub, lower, upper, byte, rep = string.sub, string.lower, string.upper, string.byte, string.rep

local now            -- Redis' time, ms
local grace, horizon -- ms
local prefix         -- of every key that the sink keeps for itself
local due            -- sorted set: key -> its deadline at the source, for keys whose deadline here is a long way off
local stage          -- prefix of this partition's stages
local caught = false -- is the record at hand young?
local on_wrong_type, on_conflict = 'fail', 'fail'
local at_record, at_command, at_time = 0, 0, nil -- at_time: source time of the record at hand, nil in the snapshot
local no_deadlines = false -- known that no key of this Redis has one
local new_due = {}   -- deadline, key; for the due set
local discarded = {} -- record, command, what was done, error; one behind the other

-- A deadline D stands in Redis as D + FAR while the stream is behind, as D + grace else.
local FAR = 2 ^ 51
local LATEST = 2 ^ 50

-- Redis 6.2 has no PEXPIRETIME, and no version number here.
local EXACT = redis.REDIS_VERSION_NUM ~= nil

-- Numbers as Redis wants them: Lua's own form of large ones is 1.7953378690e+12.
local function int(n)
  return format('%.0f', n)
end

local function redis_time()
  local t = call('TIME')
  return tonumber(t[1]) * 1000 + floor(tonumber(t[2]) / 1000)
end

local function failed(reply)
  return type(reply) == 'table' and reply.err
end

local function starts_with(text, beginning)
  return sub(text, 1, #beginning) == beginning
end

---------------------------------------------------------------------------------------------------- ledger

-- A partition's field: owner sequence position offset done clock young at; '-' where there is none.
local function read_field(text)
  if not text then
    return { owner = '-', position = '-', offset = 0, done = 0, clock = 0, young = 0, at = '-' }
  end
  local owner, sequence, position, offset, done, clock, young, at =
    match(text, '^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+)$')
  return {
    owner = owner, sequence = tonumber(sequence), position = position, offset = tonumber(offset),
    done = tonumber(done), clock = tonumber(clock), young = tonumber(young), at = at,
  }
end

local function field_text(f)
  return format('%s %s %s %.0f %.0f %.0f %.0f %s', f.owner, f.sequence and int(f.sequence) or '-', f.position,
    f.offset, f.done, f.clock, f.young, f.at)
end

local function is_young(time)
  return now - time < grace / 2
end

-- A partition is caught up when the last record or tick it applied was young, and not longer ago than 30 s.
local function is_caught(f)
  return f.young > 0 and now - f.young <= 30000
end

-- Lets the script's later writes pass when Redis is out of memory: only the first write is refused then.
local function lift_memory_limit()
  call('DEL', prefix .. 'nothing')
end

-- A key of the db that is not the sink's own; nil if there is none.
local function foreign_key()
  local cursor = '0'
  repeat
    local page = call('SCAN', cursor, 'COUNT', '1000')
    cursor = page[1]
    for _, key in ipairs(page[2]) do
      if not starts_with(key, prefix) then
        return key
      end
    end
  until cursor == '0'
end

---------------------------------------------------------------------------------------------------- stream's clock

local function expiry(key)
  if EXACT then
    local at = call('PEXPIRETIME', key)
    return at >= 0 and at or nil
  end
  local before = redis_time()
  local rest = call('PTTL', key)
  return rest >= 0 and before + rest or nil
end

-- The deadline that the source gave the key; nil if none.
local function source_deadline(key)
  local at = expiry(key)
  if not at then
    return nil
  end
  return at - now > FAR / 2 and at - FAR or at - grace
end

local function is_far_deadline(key, deadline)
  local at = expiry(key)
  return at ~= nil and (EXACT and at == deadline + FAR or not EXACT and math.abs(at - deadline - FAR) < 20)
end

-- What the source had already lost at that second is deleted before a change meets it. Equal second: alive.
local function bury(key, time)
  if no_deadlines then
    return false
  end
  local d = source_deadline(key)
  if d and floor(d / 1000) < floor(time / 1000) then
    call('UNLINK', key)
    return true
  end
  return false
end

-- The deadline as Redis gets it, as text; notes the key as due if it is a far one.
local function shifted(key, ms)
  local d = tonumber(ms)
  d = d < 0 and 0 or d > LATEST and LATEST or floor(d)
  no_deadlines = false
  if caught or d - now > horizon then
    return int(d + grace)
  end
  local n = #new_due
  new_due[n + 1], new_due[n + 2] = int(d), key
  return int(d + FAR)
end

local function set_deadline(key, ms)
  if not tonumber(ms) then
    return { err = 'ERR deadline is not a number' }
  end
  if call('TYPE', key).ok == 'stream' then
    return 0 -- Pika keeps no deadline of a stream, though it logs the command
  end
  return try('PEXPIREAT', key, shifted(key, ms))
end

-- An entry too many does no harm: it acts only if the key's deadline is exactly that.
local function write_due()
  for i = 1, #new_due, 2000 do
    call('ZADD', due, unpack(new_due, i, math.min(i + 1999, #new_due)))
  end
  new_due = {}
end

-- Ends keys whose deadline the clock has passed; gives the others, once caught up, their deadline + grace.
local function sweep(clock, is_caught_up, limit)
  local over = int(clock - 2000)
  local entries = call('ZRANGEBYSCORE', due, '-inf', over, 'WITHSCORES', 'LIMIT', 0, limit)
  local ended = #entries / 2
  if is_caught_up and ended < limit then
    local rest = call('ZRANGEBYSCORE', due, '(' .. over, '+inf', 'WITHSCORES', 'LIMIT', 0, limit - ended)
    for i = 1, #rest do
      entries[#entries + 1] = rest[i]
    end
  end
  for i = 1, #entries, 2 do
    local key, d = entries[i], tonumber(entries[i + 1])
    if is_far_deadline(key, d) then
      if i < 2 * ended then
        call('UNLINK', key)
      else
        call('PEXPIREAT', key, int(d + grace))
      end
    end
    call('ZREM', due, key)
  end
end

---------------------------------------------------------------------------------------------------- operations

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
  local old = try('GET', key)
  if failed(old) then
    return old
  end
  old = old or ''
  local head = sub(old, 1, offset)
  local text = match(value, '^%Z*')
  return try('SET', key, head .. rep('\0', offset - #head) .. text .. sub(old, offset + #value + 1), 'KEEPTTL')
end

operations['pika.setbit0'] = function(a)
  local length = try('STRLEN', a[2])
  if failed(length) or floor(tonumber(a[3]) / 8) >= length then
    return 0
  end
  return try('SETBIT', a[2], a[3], '0')
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
    reply = { err = 'ERR stage ' .. stage .. slot .. ' does not end at ' .. offset }
  else
    reply = try('SETRANGE', stage .. slot, offset, bytes)
  end
  if failed(reply) then
    reply.kind = 'error' -- no conflict of data: without a piece the value would be another
  end
  return reply
end

operations['pika.staged'] = function(a)
  local command = { unpack(a, 3) }
  for slot in gmatch(a[2], '%d+') do
    local bytes = call('GET', stage .. slot)
    if not bytes then
      return { err = 'ERR stage ' .. stage .. slot .. ' is gone', kind = 'error' }
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

-- The master's generator, x -> 16807 x mod 2^31-1, seeded with the second; indexes count the members in byte order.
local SPREAD, RANGE, NEAREST = 16807, 2147483647, 50

operations['pika.spop'] = function(a)
  local key, x, count = a[2], tonumber(a[3]) % RANGE, tonumber(a[4])
  local size = try('SCARD', key)
  if failed(size) then
    return size
  elseif size == 0 then
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
  return #members
end

---------------------------------------------------------------------------------------------------- several keys

local function holds(key, kinds)
  local kind = call('TYPE', key).ok
  return kind == 'none' or kinds[kind] == true
end

local STRING, LIST, SET, ZSET = { string = true }, { list = true }, { set = true }, { zset = true }

local function destination_in_the_way(a, kinds)
  return not holds(a[2], kinds) and { err = 'WRONGTYPE ' .. a[1] .. ' into a key that holds a ' .. call('TYPE', a[2]).ok }
end

-- Pika has a key space for each type: what the source's own space does not hold is not there. So a source of another
-- type is replaced by a key that never exists; on.wrong.type=fail stops instead.
local function without_strangers(a, first, last, kinds)
  local b
  for i = first, last do
    if not holds(a[i], kinds) then
      local err = 'WRONGTYPE ' .. a[1] .. ' reads ' .. a[i] .. ', which holds a ' .. call('TYPE', a[i]).ok
      if on_wrong_type == 'fail' then
        return nil, { err = err }
      end
      discard('wrongtype skip', err)
      b = b or { unpack(a) }
      b[i] = prefix .. 'nothing'
    end
  end
  return b or a
end

local function store(first_of, kinds)
  return function(a)
    local first, last = first_of(a)
    local b, err = without_strangers(a, first, last, kinds)
    return err or destination_in_the_way(a, kinds) or try(unpack(b))
  end
end

local function behind_destination(a)
  return 3, #a
end

local function counted(a)
  return 4, 3 + (tonumber(a[3]) or 0)
end

local function bitop(a)
  local b, err = without_strangers(a, 4, #a, STRING)
  return err or try('BITOP', unpack(b, 2))
end

local function pairs_of(a)
  local keys = {}
  for i = 2, #a, 2 do
    keys[#keys + 1] = a[i]
  end
  return keys
end

local function from_to(first, last)
  return function(a)
    local keys = { unpack(a, first, last or #a) }
    return keys
  end
end

local function counted_keys(a)
  return { a[2], unpack(a, counted(a)) }
end

-- Commands over several keys. keys: all that they read or write; run: as Pika does it; in_the_way: whether a key holds
-- what the command cannot take; rest: what is left to do where such a key stays as it is.
local SEVERAL_KEYS = {
  rpoplpush = {
    keys = from_to(2, 3), in_the_way = function(_, key) return not holds(key, LIST) end,
    rest = function(a) return holds(a[2], LIST) and try('RPOP', a[2]) end,
  },
  smove = {
    keys = from_to(2, 3), in_the_way = function(_, key) return not holds(key, SET) end,
    rest = function(a) return holds(a[2], SET) and try('SREM', a[2], a[4]) end,
  },
  pfmerge = { keys = from_to(2), in_the_way = function(_, key) return failed(try('PFCOUNT', key)) end },
  -- Looks at strings only, and only they are in its way.
  msetnx = {
    keys = pairs_of,
    run = function(a)
      local other
      for i = 2, #a, 2 do
        local kind = call('TYPE', a[i]).ok
        if kind == 'string' then
          return 0
        elseif kind ~= 'none' then
          other = kind
        end
      end
      return other and { err = 'WRONGTYPE MSETNX on a key that holds a ' .. other } or try(unpack(a))
    end,
    in_the_way = function(_, key) return not holds(key, STRING) end,
    rest = function(a)
      for i = 2, #a, 2 do
        local set = holds(a[i], STRING) and try('SET', a[i], a[i + 1])
        if failed(set) then
          return set
        end
      end
    end,
  },
  bitop = { keys = from_to(3), run = bitop },
  ['pika.bitop'] = {
    keys = from_to(3),
    run = function(a)
      local reply = bitop(a)
      return reply == 0 and try('SET', a[3], '') or reply
    end,
  },
}

local function is_destination(a, key)
  return key == a[2]
end

for _, name in ipairs({ 'sunionstore', 'sinterstore', 'sdiffstore' }) do
  SEVERAL_KEYS[name] = { keys = from_to(2), run = store(behind_destination, SET), in_the_way = is_destination }
end
for _, name in ipairs({ 'zunionstore', 'zinterstore' }) do
  SEVERAL_KEYS[name] = { keys = counted_keys, run = store(counted, ZSET), in_the_way = is_destination }
end

-- Every key that the command reads or writes meets the clock.
for name, row in pairs(SEVERAL_KEYS) do
  operations[name] = function(a)
    for _, key in ipairs(row.keys(a)) do
      if starts_with(key, prefix) then
        return { err = 'ERR key ' .. key .. " is the sink's own", kind = 'error' }
      elseif at_time then
        bury(key, at_time)
      end
    end
    if row.run then
      return row.run(a)
    end
    return try(unpack(a))
  end
end

-- Deletes what a command cannot take: of several keys those alone that are in its way.
local function make_way(a)
  local row = SEVERAL_KEYS[lower(a[1])]
  if not row then
    call('UNLINK', a[2])
    return
  end
  for _, key in ipairs(row.keys(a)) do
    if row.in_the_way and row.in_the_way(a, key) then
      call('UNLINK', key)
    end
  end
end

-- Runs a command given as a table; an error comes back as a table with err, whatever happens.
run = function(a)
  local operation = operations[lower(a[1])]
  if not operation then
    return try(unpack(a))
  end
  local ok, reply = pcall(operation, a)
  if ok then
    return reply
  end
  return type(reply) == 'table' and reply or { err = tostring(reply) }
end

---------------------------------------------------------------------------------------------------- conflicts

local COUNTERS = { incr = true, incrby = true, decr = true, decrby = true }

-- Pika reads a counter as C's strtoll does: "" is 0, " 12", "+5" and "007" are numbers. nil if it would not, either.
local function canonical(text)
  text = match(text, '^%Z*')
  local sign, digits = match(text, '^%s*([+-]?)0*(%d*)$')
  if not sign or text ~= '' and not find(text, '%d$') then
    return nil
  end
  if digits == '' then
    return '0'
  end
  local largest = sign == '-' and '9223372036854775808' or '9223372036854775807'
  if #digits > 19 or #digits == 19 and bytes_before(largest, digits) then
    digits = largest
  end
  return (sign == '-' and '-' or '') .. digits
end

-- The closed list of what a command may meet in the data without anything being broken.
local CONFLICTS = {
  'not an integer', 'not a valid float', 'not a float', 'would overflow', 'NaN', 'out of range',
  'no such key', 'HyperLogLog', 'HLL', 'exceeds maximum allowed size', 'equal or smaller than the target stream',
}

local function kind_of(err)
  if starts_with(err, 'WRONGTYPE') and not find(err, 'HyperLogLog', 1, true) then
    return 'wrongtype'
  end
  if starts_with(err, 'ERR ') or starts_with(err, 'WRONGTYPE') or starts_with(err, 'INVALIDOBJ') then
    for i = 1, #CONFLICTS do
      if find(err, CONFLICTS[i], 1, true) then
        return 'conflict'
      end
    end
  end
  return 'error'
end

-- What becomes of a command that failed: another reply, or the error still, with its kind.
settle = function(a, reply)
  if reply.kind then
    return reply
  end
  local err = reply.err
  if COUNTERS[lower(a[1])] and find(err, 'not an integer', 1, true) then
    local text = try('GET', a[2])
    local number = type(text) == 'string' and canonical(text)
    if number and number ~= text then
      try('SET', a[2], number, 'KEEPTTL')
      reply = try(unpack(a))
      if not failed(reply) then
        return reply
      end
      err = reply.err
    end
  end
  local kind = kind_of(err)
  local policy = kind == 'wrongtype' and on_wrong_type or kind == 'conflict' and on_conflict or 'fail'
  if policy == 'overwrite' then
    make_way(a)
    reply = run(a)
    if failed(reply) then
      return { err = reply.err, kind = kind_of(reply.err) }
    end
  elseif policy ~= 'skip' then
    return { err = err, kind = kind }
  end
  local row = SEVERAL_KEYS[lower(a[1])]
  if policy == 'skip' and kind == 'wrongtype' and row and row.rest then
    reply = row.rest(a)
    if failed(reply) then
      return { err = reply.err, kind = kind_of(reply.err) }
    end
  end
  discard(kind .. ' ' .. policy, err)
  return 0
end
