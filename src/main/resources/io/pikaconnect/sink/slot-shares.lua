-- Commands over keys of several slots of a cluster, in shares: each slot does its own when its turn comes. What a slot has for
-- others it keeps beside its data; the task reads it there and hands it to the slot that needs it, so that no node has to ask
-- another one. What was given never changes: a slot that is older after a failover gives the same again, and one that has to
-- take again finds it, as long as it is kept.
--
-- needs:   prelude, shadows, operations, stages, conflicts
-- defines: the operations pika.slot.give, pika.slot.take, pika.slot.lend, pika.slot.borrow, pika.slot.vote,
--          pika.slot.decide and pika.slot.wait, see SlotShares.java
--
-- <prefix>{tag}given     hash: by <epoch>:<position> what was given; bytes, of all of it; gone, the last one that is no longer kept
-- <prefix>{tag}giving    list: <partitions that take it> <epoch>:<position> <when, ms>, the oldest first
-- <prefix>{tag}lent:<n>  copies that a command of this slot reads, while it is run
--
-- In the words below, field is <epoch>:<position>, takers p0+p3; what was given is + and a value, - for nothing, or whatever
-- the operation that takes it reads. It is ! if its slot never gives it: the source broke off before it had written all records.

do
  local KEPT_MS, KEPT, KEPT_BYTES = 180000, 20000, 2 ^ 22 -- of what was taken
  local MOST, MOST_BYTES = 22000, 2 ^ 24 -- with what was not taken yet
  local NEVER = '!'
  local WAITS = { err = 'waits', kind = 'waiting' }

  local applied_up_to = {} -- by partition: the position up to which all of its slots are
  for partition, position in gmatch(ARGV[9] or '', 'p(%d+) (%S+)') do
    applied_up_to[partition] = position
  end

  local function is_taken(takers, field)
    local position = match(field, ':(.*)$')
    for partition in gmatch(takers, '%d+') do
      local at = applied_up_to[partition]
      if not at or not not_before(at, position) then
        return false
      end
    end
    return true
  end

  -- Drops the oldest ones that were taken, if they are too old or too many to be kept; whether there is room for another one.
  local function has_room()
    local given, giving = prefix .. 'given', prefix .. 'giving'
    local count, bytes, gone = call('LLEN', giving), tonumber(call('HGET', given, 'bytes') or 0), nil
    while count > 0 do
      local takers, field, when = match(call('LINDEX', giving, '0'), '^(%S+) (%S+) (%d+)$')
      local is_kept = count <= KEPT and bytes <= KEPT_BYTES and now - tonumber(when) < KEPT_MS
      if is_kept or not is_taken(takers, field) then
        break
      end
      bytes = bytes - call('HSTRLEN', given, field)
      call('HDEL', given, field)
      call('LPOP', giving)
      count, gone = count - 1, field
    end
    if gone then
      call('HSET', given, 'bytes', int(bytes), 'gone', gone)
    end
    return count < MOST and bytes < MOST_BYTES
  end

  local function give(field, takers, what)
    call('HSET', prefix .. 'given', field, what)
    call('HINCRBY', prefix .. 'given', 'bytes', int(#what))
    call('RPUSH', prefix .. 'giving', takers .. ' ' .. field .. ' ' .. int(now))
  end

  -- An error if one of the keys is the sink's own. Those that had expired at the source are deleted.
  local function look_at(keys)
    for _, key in ipairs(keys) do
      if starts_with(key, ARGV[1]) then
        return { err = 'ERR key ' .. key .. " is the sink's own", kind = 'own' }
      elseif source_time then
        delete_if_expired(key, source_time)
      end
    end
  end

  local function run_resolved(command)
    local reply = run(command)
    return failed(reply) and resolve_error(command, reply) or reply
  end

  -- Runs a command on one key; its reply, 0 if a policy left it out.
  local function run_half(command)
    return look_at({ command[2] }) or run_resolved(command)
  end

  -- The record has to wait: for room, or for what another slot has not given yet.
  operations['pika.slot.wait'] = function()
    return WAITS
  end

  -- pika.slot.give field takers command…: the command takes something out of a key, or finds nothing.
  operations['pika.slot.give'] = function(cmd)
    if not has_room() then
      return WAITS
    end
    local reply = run_half({ unpack(cmd, 4) })
    if failed(reply) then
      return reply
    end
    give(cmd[2], cmd[3], reply and reply ~= 0 and '+' .. reply or '-')
    return 0
  end

  -- pika.slot.take given command…: the command puts what was given into a key; of an LPUSH it becomes the last argument.
  operations['pika.slot.take'] = function(cmd)
    if sub(cmd[2], 1, 1) ~= '+' then
      return 0
    end
    local command = { unpack(cmd, 3) }
    if command[1] == 'LPUSH' then
      command[3] = sub(cmd[2], 2)
    end
    local reply = run_half(command)
    return failed(reply) and reply or 0
  end

  -- By command: the type that it reads, nil if its own errors decide; and which of its words are keys that are only read.
  local function from_third(cmd)
    return 3, #cmd
  end
  local function from_fourth(cmd)
    return 4, #cmd
  end
  local function numbered(cmd)
    return 4, 3 + tonumber(cmd[3])
  end
  local READS = {
    sunionstore = { 'set', from_third }, sinterstore = { 'set', from_third }, sdiffstore = { 'set', from_third },
    zunionstore = { 'zset', numbered }, zinterstore = { 'zset', numbered },
    bitop = { 'string', from_fourth }, ['pika.bitop'] = { 'string', from_fourth },
    pfmerge = { nil, from_third },
  }

  -- pika.slot.lend field takers name key…: copies of this slot's keys that a command reads; a list of key, type and copy, packed.
  operations['pika.slot.lend'] = function(cmd)
    local keys = { unpack(cmd, 5) }
    local err = not has_room() and WAITS or look_at(keys)
    if err then
      return err
    end
    local reads, copies = READS[lower(cmd[4])][1], {}
    for _, key in ipairs(keys) do
      local kind = call('TYPE', key).ok
      copies[#copies + 1] = key
      copies[#copies + 1] = kind
      copies[#copies + 1] = kind ~= 'none' and (not reads or kind == reads) and call('DUMP', key) or ''
    end
    give(cmd[2], cmd[3], cmsgpack.pack(copies))
    return 0
  end

  -- Puts the copies beside the data, unless an earlier call has done that, and their names into the command. The keys made, or
  -- an error.
  local function restore_copies(command, given, continues)
    local reads, first, last = READS[lower(command[1])], nil, nil
    local names, made = {}, {}
    for _, packed in ipairs(given) do
      local copies = cmsgpack.unpack(packed)
      for i = 1, #copies, 3 do
        local key, kind, copy = copies[i], copies[i + 1], copies[i + 2]
        local name = prefix .. 'nothing'
        if kind ~= 'none' and copy == '' then
          local err = 'WRONGTYPE ' .. command[1] .. ' reads ' .. key .. ', which holds a ' .. kind
          if on_wrong_type == 'fail' then
            return nil, { err = err, kind = 'wrongtype' }
          end
          discard('wrongtype read', err)
        elseif kind ~= 'none' then
          name = prefix .. 'lent:' .. #made + 1
          made[#made + 1] = name
          local restored = (not continues or call('EXISTS', name) == 0) and try('RESTORE', name, '0', copy, 'REPLACE')
          if failed(restored) then
            return nil, restored
          end
        end
        names[key] = name
        is_lent[name] = true
      end
    end
    first, last = reads[2](command)
    for i = first, last do
      command[i] = names[command[i]] or command[i]
    end
    return made
  end

  -- The given ones, so many words of the command from there on; nil if one of them never comes.
  local function all_given(cmd, first, count)
    local given = {}
    for i = first, first + count - 1 do
      if cmd[i] == NEVER then
        return nil
      end
      given[#given + 1] = cmd[i]
    end
    return given
  end

  -- pika.slot.borrow count given… command…: runs the command.
  operations['pika.slot.borrow'] = function(cmd)
    local count = tonumber(cmd[2])
    local given, command, before = all_given(cmd, 3, count), { unpack(cmd, 3 + count) }, #discarded
    if not given then
      return 0
    end
    local made, reply = restore_copies(command, given, load_progress() ~= nil)
    reply = made and run_resolved(command) or reply
    if reply == PAUSE then
      for i = #discarded, before + 1, -1 do -- noted once, at the end
        discarded[i] = nil
      end
      return PAUSE
    end
    for _, name in ipairs(made or {}) do
      call('UNLINK', name)
    end
    return failed(reply) and reply or 0
  end

  -- pika.slot.vote field takers staged key…: whether an MSETNX finds a string here; and of values that came in pieces, if they were
  -- staged in this slot, the places in the command and the values. A list, packed.
  operations['pika.slot.vote'] = function(cmd)
    local keys, vote = { unpack(cmd, 5) }, { 'none' }
    local err = not has_room() and WAITS or look_at(keys)
    if err then
      return err
    end
    for _, key in ipairs(keys) do
      vote[1] = call('TYPE', key).ok == 'string' and 'string' or vote[1]
    end
    for place in gmatch(cmd[4], '%d+') do
      need('stages')
      local bytes = whole_stage(stage .. place)
      if not bytes then
        return { err = 'ERR stage ' .. stage .. place .. ' is gone', kind = 'stage' }
      end
      vote[#vote + 1], vote[#vote + 2] = place, bytes
    end
    give(cmd[2], cmd[3], cmsgpack.pack(vote))
    for place in gmatch(cmd[4], '%d+') do
      call('UNLINK', stage .. place)
    end
    return 0
  end

  -- pika.slot.decide field count given… places MSETNX…: sets this slot's keys if no slot has found a string. For each value the
  -- place that it has in the whole command.
  operations['pika.slot.decide'] = function(cmd)
    local count = tonumber(cmd[3])
    local votes, staged = all_given(cmd, 4, count), {}
    if not votes then
      return 0
    end
    votes[#votes + 1] = call('HGET', prefix .. 'given', cmd[2])
    for _, packed in ipairs(votes) do
      local vote = cmsgpack.unpack(packed)
      if vote[1] == 'string' then
        return 0
      end
      for i = 2, #vote, 2 do
        staged[vote[i]] = vote[i + 1]
      end
    end
    local command, at = { unpack(cmd, 5 + count) }, 3
    for place in gmatch(cmd[4 + count], '%d+') do
      command[at], at = staged[place] or command[at], at + 2
    end
    local reply = run_resolved(command)
    return failed(reply) and reply or 0
  end
end
