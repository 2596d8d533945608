-- Applies records to slots of one node of a cluster: slot by slot, in the order of the records of each. A slot whose keys are
-- not all on this node is left alone; one that stops or has to wait holds no other up.
--
-- needs: prelude, shadows, operations, pops, strings, stages, removals, stores, several-keys, conflicts, slot-shares
--
-- A slot has a ledger of its own, <prefix>{tag}ledger, where the tag is a text of that slot, and so have all other keys that the
-- sink keeps: they move with the slot, and are as old as its data after a failover. Its field
--   place      epoch, sequence of the last record applied to the slot, commands done of the slot's next record, and the
--              newest source time applied on the partition when that record was
--
-- KEYS  none: every key is this node's own, or its slot is left alone
-- ARGV  as named below, then p0 and the position up to which all slots of that partition are, p1 and …, or nothing; then
--       for each slot: tag, sequence and commands done where its ledger must be, policy for its very first command or '-', and its
--       records, packed. A record is
--         entry, sequence, source time in ms or '-', meets (1 if a key follows that is compared with the time first), [key],
--         commands; for each: number of its words, the words
-- Reply slots, then names and values:
--       now, ahead   as of apply.lua
--       late         1 if a record came too late for a Redis that expires keys itself
--       discarded    a list, as of apply.lua
--       results      a list: for each slot status, place now, entry, command, error, kind
--                    status is applied, paused, stopped (as of apply.lua), waiting (for another slot, see slot-shares.lua),
--                    refused (the ledger is at another place), or away (the slot, or a part of it, is not on this node)
local base, batch_epoch, wrong_type_policy, conflict_policy, on_long_absence, writer, new_grace, most_ms = unpack(ARGV, 1, 8)
local FIRST_SLOT, PER_SLOT = 10, 5
limit_time(tonumber(most_ms))
load_writer(writer)
now = redis_time()

local ahead, results, was_late = 0, {}, false
local entries, at
local unpack_limit = cmsgpack.unpack_limit

local function advance(to, ...)
  at = to
  return ...
end

local function read(count)
  return advance(unpack_limit(entries, count, at))
end

local sequence, done, clock -- of the slot

record_place = function()
  return batch_epoch .. ':' .. int(sequence)
end

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
      local reply = run(command)
      if type(reply) == 'table' and reply.err then
        reply = resolve_error(command, reply)
        err = failed(reply) and reply or nil
      end
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

local function apply_record(policy)
  local time, meets
  local before = sequence
  record_index, sequence, time, meets = read(4)
  sequence, source_time = tonumber(sequence), tonumber(time)
  command_index = done
  local err
  local late = source_time and is_late(source_time)
  was_late = was_late or late
  if late and on_long_absence ~= 'continue' then
    err = late_error(source_time)
  else
    local key = meets == 1 and read(1)
    if key then
      delete_if_expired(key, source_time)
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

local function place_text()
  return format('%s %.0f %.0f %.0f', batch_epoch, sequence, done, clock)
end

local function result(status, place, entry, command, err, kind)
  local n = #results
  results[n + 1], results[n + 2], results[n + 3], results[n + 4] = status, place, int(entry or 0), int(command or 0)
  results[n + 5], results[n + 6] = err or '-', kind or '-'
end

-- A key that never exists: of a slot that is being moved it would be asked for at the other node.
local function is_away()
  return failed(try('EXISTS', prefix .. 'nothing'))
end

local function apply_slot(sequence_before, done_before, policy)
  local away = is_away()
  if away then
    return result('away', '-', 0, 0, away)
  end
  local ledger = prefix .. 'ledger'
  local text, deadlines, grace_then, held = unpack(call('HMGET', ledger, 'place', 'deadlines', 'grace', 'held'))
  local epoch, place_sequence, place_done, place_clock = match(text or '', '^(%d+) (%d+) (%d+) (%d+)$')
  if epoch ~= batch_epoch or place_sequence ~= sequence_before or place_done ~= done_before then
    return result('refused', text or '-')
  end
  load_deadline_state(deadlines or 'held', grace_then or new_grace, false, held)
  sequence, done, clock = tonumber(place_sequence), tonumber(place_done), tonumber(place_clock)
  commands_begun, some_uncounted, some_shadows = 0, nil, nil
  local err
  local discarded_before = #discarded
  at = 0
  while at >= 0 and not err do
    local ok, reply = pcall(apply_record, policy)
    policy = nil
    if ok then
      err = reply
    else
      sequence = sequence_before and tonumber(sequence_before)
      err = { err = type(reply) == 'table' and reply.err or tostring(reply), kind = 'error' }
    end
    if not err then
      sequence_before = int(sequence)
    end
  end
  local place = place_text()
  local written = place ~= text and try('HSET', ledger, 'place', place)
  if failed(written) then -- out of memory, and nothing else was written either
    for i = #discarded, discarded_before + 1, -1 do
      discarded[i] = nil
    end
    return result('stopped', text, record_index, place_done, written.err, 'error')
  end
  if not err then
    return result('applied', place)
  elseif err == PAUSE then
    return result('paused', place, record_index, command_index)
  elseif err.kind == 'waiting' then
    return result('waiting', place, record_index, command_index)
  end
  return result('stopped', place, record_index, command_index, err.err, err.kind or 'error')
end

on_wrong_type, on_conflict = wrong_type_policy, conflict_policy
for i = FIRST_SLOT, #ARGV, PER_SLOT do
  prefix = base .. '{' .. ARGV[i] .. '}'
  stage, progress_key = prefix .. 'stage:', prefix .. 'progress'
  entries = ARGV[i + 4]
  if i > FIRST_SLOT and out_of_time() then
    result('paused', '-')
  else
    apply_slot(ARGV[i + 1], ARGV[i + 2], ARGV[i + 3] ~= '-' and ARGV[i + 3] or nil)
  end
end
return { 'slots', 'now', int(now), 'ahead', int(ahead), 'late', was_late and '1' or '0', 'discarded', discarded,
  'results', results }
