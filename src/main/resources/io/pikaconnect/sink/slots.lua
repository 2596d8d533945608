-- Applies records to slots of one node of a cluster: slot by slot, in the order of the records of each. A slot whose keys are
-- not all on this node is left alone; one that stops or has to wait holds no other up.
--
-- needs: prelude, shadows, operations, plain, restores, pops, strings, stages, removals, stores, several-keys, conflicts, slot-shares
--
-- A slot has a ledger of its own, <prefix>{tag}ledger, where the tag is a text of that slot, and so have all other keys that the
-- sink keeps: they move with the slot, and are as old as its data after a failover. Its field
--   place      epoch, sequence of the last record applied to the slot, commands done of the slot's next record, and the
--              newest source time applied on the partition when that record was
--
-- KEYS  none: every key is this node's own, or its slot is left alone
-- ARGV  as named below: applied_up_to is p0 and the position up to which all slots of that partition are, p1 and …, or nothing;
--       records is how many there are, packed what SlotPart.java packs: slot after slot, in each of them record after record
-- Reply slots, then names and values:
--       now, ahead   as of apply.lua
--       late         1 if a record came too late for a Redis that expires keys itself
--       discarded    a list, as of apply.lua
--       left         a list: for each slot whose records are not all applied its number in the call, from 0 on, status, place now,
--                    entry, command, error, kind
--                    status is paused, stopped (as of apply.lua), waiting (for another slot, see slot-shares.lua), refused (the
--                    ledger is at another place), or away (the slot, or a part of it, is not on this node)
local base, batch_epoch, wrong_type_policy, conflict_policy, on_long_absence, writer, new_grace, most_ms, applied_up_to, records,
  packed = unpack(ARGV, 1, 11)
limit_time(tonumber(most_ms))
load_writer(writer)
now = redis_time()

local ahead, left, was_late = 0, {}, false
local at
local unpack_limit = cmsgpack.unpack_limit

local function advance(to, ...)
  at = to
  return ...
end

local function read(count)
  return advance(unpack_limit(packed, count, at))
end

local sequence, done, clock -- of the slot

record_place = function()
  return batch_epoch .. ':' .. int(sequence)
end

-- As of a batch of one Redis, for the whole node.
no_key_has_deadline = tonumber(records) > 20 and not find(call('INFO', 'keyspace'), 'expires=[1-9]')

-- Applies the commands of a record that are not done; returns an error, unless a policy resolves it.
local function apply_commands(count, policy)
  local left_out = false
  for c = done + 1, count do
    local words = read(1)
    if must_pause(words) and not left_out then
      return PAUSE
    end
    local command = { read(words) }
    if policy then
      on_wrong_type, on_conflict = policy, policy
    end
    local name, before, err = lower(command[1]), #discarded, nil
    if left_out and (name == 'pexpireat' or name == 'persist') then
      err = nil -- meant the value that was discarded, not the one that is there
    elseif name == 'del' and c < count and blocking_type(command[2]) then
      err = nil -- blocked by another type, as the PFADD is that follows
    else
      err = unresolved_error(run(command), command)
      left_out = #discarded > before and discarded[before + 3] == 'wrongtype skip'
    end
    on_wrong_type, on_conflict, policy = wrong_type_policy, conflict_policy, nil
    if LOOK_AFTER[name] then
      look_at_time()
    end
    if err then
      return err
    end
    command_index = command_index + 1
    done = command_index
  end
end

local function run_until(deadline, name, key, ...)
  if not tonumber(deadline) then
    return { err = 'ERR deadline is not a number', kind = 'error' }
  elseif name == 'set' then
    return operations.set(set_until(deadline, key, ...))
  end
  local reply = run_plain(name, key, ...)
  if failed(reply) then
    return reply
  end
  done, command_index = 1, 1
  return set_deadline_of_value(key, deadline)
end

-- The error of a record of one command, which is packed there, or of its deadline, unless a policy resolves it.
local function unresolved_record(reply, words, from)
  if words > 0 then
    return unresolved_error(reply, { select(2, unpack_limit(packed, words, from)) })
  end
  local deadline, name, key, value = select(2, unpack_limit(packed, 1 - words, from))
  if name == 'set' then
    return unresolved_error(reply, set_until(deadline, key, value))
  elseif done == 0 then
    local before = #discarded
    local err = unresolved_error(reply, { select(3, unpack_limit(packed, 1 - words, from)) })
    if err or discarded[before + 3] == 'wrongtype skip' then
      return err
    end
    done, command_index = 1, 1
    reply = set_deadline_of_value(key, deadline)
  end
  return unresolved_error(reply, { 'PEXPIREAT', key, deadline })
end

-- Applies a record of one command, and perhaps a deadline.
local function apply_plain(words)
  local from, reply = at, nil
  if must_pause(words > 0 and words or -words) then
    return PAUSE
  elseif words > 0 then
    reply = run_plain(read(words))
  else
    reply = run_until(read(1 - words))
  end
  return failed(reply) and unresolved_record(reply, words, from) or nil
end

local RESTORED = 2 ^ 31 - 1 -- in place of words

-- Applies a record of one value, and perhaps a deadline: creates the key, or if it is there runs the command that adds to it.
local function apply_restored()
  if must_pause(1) then
    return PAUSE
  end
  local key, deadline, payload = read(3)
  local reply = is_noted_set(payload) and { err = 'BUSYKEY' } or restore(key, payload, deadline)
  if not failed(reply) then
    return nil
  elseif not starts_with(reply.err, 'BUSYKEY') then
    return unresolved_error(reply, { 'RESTORE', key })
  end
  local command, before = restored_command(key, payload), #discarded
  local err = unresolved_error(run(command), command)
  if err or deadline == '-' or discarded[before + 3] == 'wrongtype skip' then
    return err
  end
  done, command_index = 1, 1
  return unresolved_error(set_deadline_of_value(key, deadline), { 'PEXPIREAT', key, deadline })
end

local function apply_record(policy)
  local before, time, words = sequence, nil, nil
  record_index, sequence, time, words = read(4)
  source_time = time >= 0 and time or nil
  command_index = done
  local err
  local late = source_time and is_late(source_time)
  was_late = was_late or late
  if late and on_long_absence ~= 'continue' then
    err = late_error(source_time)
  elseif words == RESTORED then
    err = apply_restored()
  elseif words ~= 0 then
    err = apply_plain(words)
  else
    if read(1) == 1 then
      delete_if_expired(read(1), source_time)
    end
    err = apply_commands(read(1), policy)
  end
  if err then
    sequence = before
    return err
  end
  done = 0
  if source_time then
    clock = math.max(clock, source_time)
    ahead = math.max(ahead, source_time - now)
  end
end

local slot -- its number in the call

local function leave(status, place, err, kind, command)
  local n = #left
  left[n + 1], left[n + 2], left[n + 3], left[n + 4] = int(slot), status, place or '-', int(record_index)
  left[n + 5], left[n + 6], left[n + 7] = int(command or 0), err or '-', kind or '-'
end

-- Applies so many records, which follow.
local function apply_slot(place_before, sequence_before, done_before, policy, count)
  -- A key that never exists: of a slot that is being moved it would be asked for at the other node.
  local probe = try('EXISTS', prefix .. 'nothing')
  if failed(probe) then
    return leave('away', nil, probe.err)
  end
  local ledger = prefix .. 'ledger'
  local text, deadlines = unpack(call('HMGET', ledger, 'place', 'deadlines'))
  if not text or find(text, place_before, 1, true) ~= 1 then
    return leave('refused', text)
  end
  local grace_then, held
  if deadlines then
    grace_then, held = unpack(call('HMGET', ledger, 'grace', 'held'))
  end
  load_deadline_state(deadlines or 'held', grace_then or new_grace, false, held)
  sequence, done, clock = sequence_before, done_before, tonumber(sub(text, #place_before + 1))
  commands_begun, some_uncounted, some_shadows = 0, nil, nil
  local err
  local discarded_before = #discarded
  while count > 0 and not err do
    local known = sequence
    local ok, reply = pcall(apply_record, policy)
    policy, count = nil, count - 1
    if ok then
      err = reply
    else
      sequence = known
      err = { err = type(reply) == 'table' and reply.err or tostring(reply), kind = 'error' }
    end
  end
  local place = format('%s %.0f %.0f %.0f', batch_epoch, sequence, done, clock)
  local written = place ~= text and try('HSET', ledger, 'place', place)
  if failed(written) then -- out of memory, and nothing else was written either
    for i = #discarded, discarded_before + 1, -1 do
      discarded[i] = nil
    end
    return leave('stopped', text, written.err, 'error', done_before)
  end
  if err == PAUSE then
    leave('paused', place, nil, nil, command_index)
  elseif err and err.kind == 'waiting' then
    leave('waiting', place, nil, nil, command_index)
  elseif err then
    leave('stopped', place, err.err, err.kind or 'error', command_index)
  end
end

-- Asked before each slot: looks at the time as often as between commands.
local is_over = false

local function must_leave()
  if slot > 0 and not is_over then
    commands_seen = commands_seen - 1
    if commands_seen <= 0 then
      is_over = out_of_time()
      commands_seen = most_micros > 0 and LOOK_EVERY or 0
    end
  end
  return is_over
end

on_wrong_type, on_conflict = wrong_type_policy, conflict_policy
at, slot = 0, 0
while at >= 0 do
  local tag, place_before, sequence_before, done_before, policy, count, length = read(7)
  local next_slot = at + length
  record_index = 0
  if must_leave() then
    leave('paused')
  else
    prefix = base .. '{' .. tag .. '}'
    stage, progress_key = prefix .. 'stage:', prefix .. 'progress'
    apply_slot(place_before, sequence_before, done_before, policy ~= '-' and policy or nil, count)
  end
  at, slot = next_slot < #packed and next_slot or -1, slot + 1
end
return { 'slots', 'now', int(now), 'ahead', int(ahead), 'late', was_late and '1' or '0', 'discarded', discarded,
  'left', left }
