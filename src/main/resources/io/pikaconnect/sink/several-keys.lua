-- Commands over several keys, and how any command is run. Follows operations.lua.

local function holds(key, kinds)
  local kind = call('TYPE', key).ok
  return kind == 'none' or kinds[kind] == true
end

local STRING, LIST, SET, ZSET = { string = true }, { list = true }, { set = true }, { zset = true }

local function destination_in_the_way(a, key, kinds)
  return not holds(key, kinds) and { err = 'WRONGTYPE ' .. a[1] .. ' into a key that holds a ' .. call('TYPE', key).ok }
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
      discard('wrongtype read', err)
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
    local reply = err or destination_in_the_way(a, a[2], kinds) or try(unpack(b))
    if not failed(reply) and has_uncounted() then
      call('HDEL', prefix .. 'uncounted', a[2])
    end
    return reply
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
  return err or destination_in_the_way(a, a[3], STRING) or try('BITOP', unpack(b, 2))
end

local function bitop_into(a, key)
  return key == a[3] and not holds(key, STRING)
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
    run = function(a)
      local n, m = uncounted(a[2]), uncounted(a[3])
      local reply = try(unpack(a))
      if n then
        recount(a[2], n)
      end
      if m and a[3] ~= a[2] then
        recount(a[3], m)
      end
      return reply
    end,
    rest = function(a) return holds(a[2], SET) and set_change({ 'SREM', a[2], a[4] }) end,
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
  bitop = { keys = from_to(3), run = bitop, in_the_way = bitop_into },
  ['pika.bitop'] = {
    keys = from_to(3), in_the_way = bitop_into,
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
        return { err = 'ERR key ' .. key .. " is the sink's own", kind = 'own' }
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
