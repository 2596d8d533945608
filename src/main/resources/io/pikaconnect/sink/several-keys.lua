-- Commands over several keys.
--
-- needs:   prelude, shadows, operations, strings, stores
-- defines: SEVERAL_KEYS, delete_conflicting; adds to operations

do

local function holds(key, kinds)
  local kind = call('TYPE', key).ok
  return kind == 'none' or kinds[kind] == true
end

local STRING, LIST, SET, ZSET = { string = true }, { list = true }, { set = true }, { zset = true }

local function destination_error(cmd, key, kinds)
  return not holds(key, kinds) and { err = 'WRONGTYPE ' .. cmd[1] .. ' into a key that holds a ' .. call('TYPE', key).ok }
end

-- Pika has a key space for each type, so a key of another type does not exist for a command. Replaces such arguments by a
-- key that never exists; with on.wrong.type=fail returns nil and an error.
local function hide_wrong_types(cmd, first, last, kinds)
  local visible
  for i = first, last do
    if not holds(cmd[i], kinds) then
      local err = 'WRONGTYPE ' .. cmd[1] .. ' reads ' .. cmd[i] .. ', which holds a ' .. call('TYPE', cmd[i]).ok
      if on_wrong_type == 'fail' then
        return nil, { err = err }
      end
      discard('wrongtype read', err)
      visible = visible or { unpack(cmd) }
      visible[i] = prefix .. 'nothing'
    end
  end
  return visible or cmd
end

-- Runs a command that makes its destination of keys of the same types.
local function run_visible(cmd, first, last, destination, kinds, run_one)
  local before = #discarded
  local visible, err = hide_wrong_types(cmd, first, last, kinds)
  local reply = err or destination_error(cmd, destination, kinds) or run_one(visible)
  if reply == PAUSE then
    for i = #discarded, before + 1, -1 do -- noted once, at the end
      discarded[i] = nil
    end
  end
  return reply
end

local function storing(first_of, kinds)
  return function(cmd)
    local first, last = first_of(cmd)
    need('stores')
    local reply = run_visible(cmd, first, last, cmd[2], kinds, store_in_pages)
    if not failed(reply) then
      drop_shadow(cmd[2])
      if has_uncounted() then
        call('HDEL', prefix .. 'uncounted', cmd[2])
      end
    end
    return reply
  end
end

local function after_destination(cmd)
  return 3, #cmd
end

local function numkeys_range(cmd)
  return 4, 3 + (tonumber(cmd[3]) or 0)
end

local function bitop(cmd)
  need('strings')
  return run_visible(cmd, 4, #cmd, cmd[3], STRING, run_bitop)
end

local function blocks_bitop(cmd, key)
  return key == cmd[3] and not holds(key, STRING)
end

local function keys_of_pairs(cmd)
  local keys = {}
  for i = 2, #cmd, 2 do
    keys[#keys + 1] = cmd[i]
  end
  return keys
end

local function argument_range(first, last)
  return function(cmd)
    local keys = { unpack(cmd, first, last or #cmd) }
    return keys
  end
end

local function destination_and_sources(cmd)
  return { cmd[2], unpack(cmd, numkeys_range(cmd)) }
end

-- Commands over several keys, by name:
--   keys          all keys that the command reads or writes
--   run           does it as Pika does; as it is if missing
--   blocks        whether a key holds something that the command does not accept
--   when_skipped  what remains to be done if such a key stays as it is
SEVERAL_KEYS = {
  rpoplpush = {
    keys = argument_range(2, 3), blocks = function(_, key) return not holds(key, LIST) end,
    when_skipped = function(cmd) return holds(cmd[2], LIST) and try('RPOP', cmd[2]) end,
  },
  smove = {
    keys = argument_range(2, 3), blocks = function(_, key) return not holds(key, SET) end,
    run = function(cmd)
      local n, m = uncounted(cmd[2]), uncounted(cmd[3])
      local from, to = shadow_of(cmd[2]), shadow_of(cmd[3])
      local reply = try(unpack(cmd))
      if reply == 1 and from and cmd[2] ~= cmd[3] then
        remove_from_shadow(from, cmd, 4, 4)
      end
      if reply == 1 and to then
        add_to_shadow(to, cmd, 4, 4)
      end
      if n then
        recount(cmd[2], n)
      end
      if m and cmd[3] ~= cmd[2] then
        recount(cmd[3], m)
      end
      return reply
    end,
    when_skipped = function(cmd) return holds(cmd[2], SET) and set_change({ 'SREM', cmd[2], cmd[4] }) end,
  },
  pfmerge = { keys = argument_range(2), blocks = function(_, key) return failed(try('PFCOUNT', key)) end },
  -- Looks at strings only, and only they prevent it.
  msetnx = {
    keys = keys_of_pairs,
    run = function(cmd)
      local other
      for i = 2, #cmd, 2 do
        local kind = call('TYPE', cmd[i]).ok
        if kind == 'string' then
          return 0
        elseif kind ~= 'none' then
          other = kind
        end
      end
      return other and { err = 'WRONGTYPE MSETNX on a key that holds a ' .. other } or try(unpack(cmd))
    end,
    blocks = function(_, key) return not holds(key, STRING) end,
    when_skipped = function(cmd)
      for i = 2, #cmd, 2 do
        local set = holds(cmd[i], STRING) and try('SET', cmd[i], cmd[i + 1])
        if failed(set) then
          return set
        end
      end
    end,
  },
  bitop = { keys = argument_range(3), run = bitop, blocks = blocks_bitop },
  ['pika.bitop'] = {
    keys = argument_range(3), blocks = blocks_bitop,
    run = function(cmd)
      local reply = bitop(cmd)
      return reply == 0 and try('SET', cmd[3], '') or reply
    end,
  },
}

local function is_destination(cmd, key)
  return key == cmd[2]
end

for _, name in ipairs({ 'sunionstore', 'sinterstore', 'sdiffstore' }) do
  SEVERAL_KEYS[name] = { keys = argument_range(2), run = storing(after_destination, SET), blocks = is_destination }
end
for _, name in ipairs({ 'zunionstore', 'zinterstore' }) do
  SEVERAL_KEYS[name] = { keys = destination_and_sources, run = storing(numkeys_range, ZSET), blocks = is_destination }
end

-- Each as a named operation: first every key that it reads or writes is deleted if it had expired at the source.
for name, row in pairs(SEVERAL_KEYS) do
  operations[name] = function(cmd)
    for _, key in ipairs(row.keys(cmd)) do
      if starts_with(key, prefix) and not is_lent[key] then
        return { err = 'ERR key ' .. key .. " is the sink's own", kind = 'own' }
      elseif source_time then
        delete_if_expired(key, source_time)
      end
    end
    if row.run then
      return row.run(cmd)
    end
    return try(unpack(cmd))
  end
end

-- Deletes the keys whose type the command does not accept.
delete_conflicting = function(cmd)
  local row = SEVERAL_KEYS[lower(cmd[1])]
  if not row then
    call('UNLINK', cmd[2])
    return
  end
  for _, key in ipairs(row.keys(cmd)) do
    if row.blocks and row.blocks(cmd, key) then
      call('UNLINK', key)
    end
  end
end

end
