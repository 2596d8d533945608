-- Applies a batch of one partition: records and ticks, in order, up to the first error or until its time is up.
--
-- needs: prelude, shadows, operations, plain, restores, pops, strings, stages, removals, stores, several-keys, conflicts, given, moves, loans
--
-- KEYS  ledger
-- ARGV  as named below:
--       sequence_before, done_before   where the ledger must be: sequence, and commands done of the next record
--       first_policy         for the very first command, or '-'
--       end_place            after the batch: position offset
--       entry_places         such a place after each entry, in the form of Batch.java
--       difference           Redis' time less the source's, ms
--       drained              1 if nothing after the batch waits
--       most_ms, most_commands   after which the script pauses; there may be none of commands: '-'
--       entries              packed, in the shapes of BatchPacker.java
-- Reply status, then names and values; field is the partition's place now, now Redis' time:
--       applied              field, now, ahead (ms that a record is ahead of Redis' clock), discarded
--       paused               the same, and entry, command (indexes of what is next, or to be continued)
--       stopped              the same, and the error: error, kind, entry, command (indexes of what failed)
--       waiting              as applied, and: partition (that is waited for), what (place or room, see given.lua), entry (index
--                            of what waits)
--       refused              field, epoch, now: owner, epoch or sequence is another one; nothing was done
--       discarded is a list: for each command entry, command, what was done, error
local ledger = KEYS[1]
prefix = ARGV[1]
local partition, owner, batch_epoch, sequence_before, done_before, wrong_type_policy, conflict_policy, first_policy, end_place,
  entry_places, command_count, difference, drained, on_long_absence, most_ms, most_commands, entries = unpack(ARGV, 2, 18)
limit_time(tonumber(most_ms), tonumber(most_commands))
stage = prefix .. 'stage:' .. partition .. ':'
on_wrong_type, on_conflict = wrong_type_policy, conflict_policy
command_count = tonumber(command_count)
local name = 'p' .. partition
progress_key = prefix .. 'progress:' .. partition

local epoch, ledger_grace, caught, deadlines, text_before, held, partitions, writer =
  unpack(call('HMGET', ledger, 'epoch', 'grace', 'caught', 'deadlines', name, 'held', 'partitions', 'writer'))
local field = read_field(text_before)
now = redis_time()
if field.owner ~= owner or epoch ~= batch_epoch or not field.sequence or int(field.sequence) ~= sequence_before
  or int(field.done) ~= done_before then
  return { 'refused', 'field', text_before or '-', 'epoch', epoch or '-', 'now', int(now) }
end
load_deadline_state(deadlines, ledger_grace, caught, held)
load_writer(writer)

local clock, newest, ahead = field.clock, nil, 0
local was_late = false
local sequence, done = field.sequence, field.done
local failure = nil

-- Where in the entries the next value starts; -1 after the last one, as unpack_limit returns it.
local at = #entries > 0 and 0 or -1
local unpack_limit = cmsgpack.unpack_limit

local function advance(to, ...)
  at = to
  return ...
end

-- The next values, so many of them.
local function read(count)
  return advance(unpack_limit(entries, count, at))
end

-- If no key in Redis has a deadline, none has to be compared with the clock; worth asking for more than a few commands.
no_key_has_deadline = command_count > 20 and not find(call('INFO', 'keyspace'), 'expires=[1-9]')

local done_uncounted = 0 -- records done that count_done has not counted yet

record_place = function()
  return batch_epoch .. ':' .. int(sequence + done_uncounted + 1)
end

-- Starts records of that source time, nil in the snapshot. Returns an error if they come too late for Redis.
local function start_records(time)
  source_time = time
  if time and is_late(time) then
    was_late = true
    return on_long_absence ~= 'continue' and late_error(time) or nil
  end
end

-- So many records are done, all of the same time; ticks have no sequence of their own.
local function count_done(records, sequences)
  if records == 0 then
    return
  end
  sequence = sequence + sequences
  record_index = record_index + records
  if sequences > 0 then
    done = 0
  end
  command_index = done
  if source_time then
    if source_time > clock then
      clock = source_time
    end
    if source_time - now > ahead then
      ahead = source_time - now
    end
  end
  newest = source_time or 0
end

local function count_uncounted()
  count_done(done_uncounted, done_uncounted)
  done_uncounted = 0
end

-- One function for each shape of BatchPacker.java. Each reads its values and applies them, or returns an error.
local shapes = {}

do

-- Sets all of them, unless one fails or is blocked by a key of another type; then false.
local function mset(...)
  if source_time then
    local values = { ... }
    for i = 1, some_exist(values) and #values or 0, 2 do
      if blocking_type(values[i]) then
        return false
      end
      make_way(values[i])
    end
  end
  return not failed(try('MSET', ...))
end

local most_together = math.min(2000, tonumber(most_commands) or 2000)

-- Records of one SET each.
shapes.S = function()
  local records, time = read(2)
  local late = start_records(tonumber(time))
  if late then
    return late
  end
  while records > 0 do
    if must_pause(1) then
      return PAUSE
    end
    local m, from = math.min(records, most_together), at
    if m > 1 and mset(read(2 * m)) then
      count_done(m, m)
      commands_begun = commands_begun + m - 1
      look_at_time()
    else
      at = from
      for i = 1, m do -- one by one, to find out which
        if i > 1 and must_pause(1) then
          return PAUSE
        end
        local set = { 'SET', read(2) }
        local err = unresolved_error(operations.set(set), set)
        if err then
          return err
        end
        count_done(1, 1)
      end
    end
    records = records - m
  end
end
end

-- The error of a command after which a deadline was to be set, or of setting it, unless a policy resolves it.
local function unresolved_value(reply, command, deadline)
  local before = #discarded
  local err = unresolved_error(reply, command)
  if err or discarded[before + 3] == 'wrongtype skip' then
    return err
  end
  done, command_index = 1, 1
  err = unresolved_error(set_deadline_of_value(command[2], deadline), { 'PEXPIREAT', command[2], deadline })
  if not err then
    done, command_index = 0, 0
  end
  return err
end

do
local next_words -- of the next record in shape C

local function run_record(to, words, ...)
  at, next_words = to, words
  return run_plain(...)
end

-- The same with a deadline, which is set if the command was applied.
local function run_record_until(to, words, deadline, name, key, ...)
  at, next_words = to, words
  if not tonumber(deadline) then
    return { err = 'ERR deadline is not a number', kind = 'error' }
  elseif name == 'set' then
    return operations.set(set_until(deadline, key, ...))
  end
  local reply = run_plain(name, key, ...)
  return failed(reply) and reply or set_deadline_of_value(key, deadline)
end

-- What becomes of a record of shape C that failed; its values start there. Returns the error, unless a policy resolves it.
local function unresolved_record(reply, words, from)
  if words > 0 then
    return unresolved_error(reply, { select(3, unpack_limit(entries, 1 + words, from)) })
  end
  local deadline, name, key, value = select(3, unpack_limit(entries, 2 - words, from))
  if name == 'set' then
    return unresolved_error(reply, set_until(deadline, key, value))
  end
  return unresolved_value(reply, { select(4, unpack_limit(entries, 2 - words, from)) }, deadline)
end

-- Records of one command each, and perhaps a deadline; the command's first argument is the record's key.
shapes.C = function()
  local time, words = read(2)
  local late = start_records(tonumber(time))
  if late then
    return late
  end
  while words ~= 0 do
    if must_pause(words > 0 and words or -words) then
      count_uncounted()
      return PAUSE
    end
    local from, reply = at, nil
    if words > 0 then
      reply = run_record(unpack_limit(entries, 1 + words, at))
    else
      reply = run_record_until(unpack_limit(entries, 2 - words, at))
    end
    if type(reply) == 'table' and reply.err
      and not (words > 0 and on_wrong_type == 'skip' and skip_wrong_type(reply.err, done_uncounted)) then
      count_uncounted()
      local err = unresolved_record(reply, words, from)
      if err then
        return err
      end
    end
    done_uncounted = done_uncounted + 1
    words = next_words
  end
  count_uncounted()
end
end

do
-- A value that could not be restored, since the key is there: its command adds to what is there, or fails. Returns the error,
-- unless a policy resolves it.
local function unresolved_restore(reply, key, payload, deadline)
  if not starts_with(reply.err, 'BUSYKEY') then
    return unresolved_error(reply, { 'RESTORE', key })
  end
  local command = restored_command(key, payload)
  reply = run(command)
  if deadline == '-' then
    return unresolved_error(reply, command)
  elseif not failed(reply) then
    reply = set_deadline_of_value(key, deadline)
  end
  return failed(reply) and unresolved_value(reply, command, deadline) or nil
end

-- Records of one value each, and perhaps a deadline, of the snapshot.
shapes.D = function()
  local records = read(1)
  start_records(nil)
  for _ = 1, records do
    if must_pause(1) then
      count_uncounted()
      return PAUSE
    end
    local key, deadline, payload = read(3)
    local reply = is_noted_set(payload) and { err = 'BUSYKEY' } or restore(key, payload, deadline)
    if failed(reply) then
      count_uncounted()
      local err = unresolved_restore(reply, key, payload, deadline)
      if err then
        return err
      end
    end
    done_uncounted = done_uncounted + 1
  end
  count_uncounted()
end
end

-- A record of any commands; the first ones of them may be done already, and are not here then.
shapes.R = function()
  local count, time, checks_deadline = read(3)
  command_index = done
  local late = start_records(tonumber(time))
  if late then
    return late
  end
  if checks_deadline == 1 then
    delete_if_expired(read(1), source_time)
  end
  local left_out = false
  for c = 1, count do
    local words = read(1)
    if must_pause(words) and not left_out then
      return PAUSE
    end
    if first_policy ~= '-' then
      on_wrong_type, on_conflict = first_policy, first_policy
    end
    local command = { read(words) }
    local lower_name, before, err = lower(command[1]), #discarded, nil
    if left_out and (lower_name == 'pexpireat' or lower_name == 'persist') then
      err = nil -- meant the value that was discarded, not the one that is there
    elseif lower_name == 'del' and c < count and blocking_type(command[2]) then
      err = nil -- blocked by another type, as the PFADD is that follows
    else
      err = unresolved_error(run(command), command)
      left_out = #discarded > before and discarded[before + 3] == 'wrongtype skip'
    end
    if LOOK_AFTER[lower_name] then
      look_at_time()
    end
    if first_policy ~= '-' then
      on_wrong_type, on_conflict, first_policy = wrong_type_policy, conflict_policy, '-'
    end
    if err then
      return err
    end
    command_index = command_index + 1
    done = command_index
  end
  count_done(1, 1)
end

-- Ticks, or records of which nothing is to be applied.
shapes.T = function()
  local records, sequences, time = read(3)
  source_time = tonumber(time)
  count_done(records, sequences)
end

while at >= 0 and not failure do
  local ok, reply = pcall(shapes[read(1)])
  if ok then
    failure = reply
  else
    count_uncounted()
    failure = { err = type(reply) == 'table' and reply.err or tostring(reply), kind = 'error' }
  end
end

if failure then
  if record_index > 0 then
    local form = '>c1i8i8i4i8'
    local phase, a, b, part, offset = struct.unpack(form, entry_places, (record_index - 1) * struct.size(form) + 1)
    field.position, field.offset = phase .. '/' .. int(a) .. '/' .. int(b) .. '/' .. int(part), offset
  end
else
  field.position, field.offset = match(end_place, '^(%S+) (%S+)$')
end
field.offset = tonumber(field.offset)
field.sequence, field.done, field.clock = sequence, done, clock
if failure or drained ~= '1' or newest == 0 then
  field.fresh = 0
elseif newest then
  field.fresh = fresh_until(newest, tonumber(difference))
end
local text, written = field_text(field), nil
if failure then
  written = text ~= text_before and try('HSET', ledger, name, text)
else
  if command_count == 0 then
    lift_memory_limit()
  end
  written = try('HSET', ledger, name, text)
end
if failed(written) then -- out of memory, and nothing else was written either
  failure = failure and failure ~= PAUSE and failure.kind ~= 'waiting' and failure or { err = written.err, kind = 'error' }
  record_index, command_index, text = 0, tonumber(done_before), text_before
  discarded = {}
else
  if was_late then
    lift_memory_limit()
    try('HSETNX', ledger, 'stale', int(now))
  end
  if not caught and partitions and is_fresh(field) and all_fresh(ledger, partitions) then
    lift_memory_limit()
    try('HSETNX', ledger, 'caught', int(now))
  end
end

if failure == PAUSE then
  return { 'paused', 'field', text, 'now', int(now), 'ahead', int(ahead), 'discarded', discarded,
    'entry', int(record_index), 'command', int(command_index) }
elseif failure and failure.kind == 'waiting' then
  return { 'waiting', 'field', text, 'now', int(now), 'ahead', int(ahead), 'discarded', discarded,
    'partition', failure.err, 'what', failure.what, 'entry', int(record_index) }
elseif failure then
  return { 'stopped', 'field', text, 'now', int(now), 'ahead', int(ahead), 'discarded', discarded,
    'error', failure.err, 'kind', failure.kind, 'entry', int(record_index), 'command', int(command_index) }
end
return { 'applied', 'field', text, 'now', int(now), 'ahead', int(ahead), 'discarded', discarded }
