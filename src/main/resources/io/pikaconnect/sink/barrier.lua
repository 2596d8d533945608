-- A partition has ledger_epoch a barrier record: notes its arrival, and finds out whether all participants have arrived. The
-- lowest of them then runs the commands and moves everybody past the barrier.
--
-- needs: prelude, shadows, operations, pops, strings, stages, removals, stores, several-keys, conflicts, many-keys
--
-- KEYS  ledger
-- ARGV  as named below:
--       epoch, sequence, position, offset   of the barrier record; offset is that of the next record
--       barrier              participants p0+p3
--       time                 source time in ms, '-' in the snapshot
--       first_policy         for the first command that is still to be run, or '-'
--       difference           Redis' time less the source's, ms
--       cursor               where the db is emptied in pages; '0' at its start
--       most_ms              after which the script pauses
--       command_count        of the commands that follow; each is its number of words, then the words. pika.begin has the
--                            ledger's writer as it was judged, and the epoch's writer, '-' where there is none
-- Reply status, then names and values; field is the partition's place now, epoch the ledger's:
--       passed               field, epoch, discarded (a list, as in apply.lua)
--       waiting              missing: who has not arrived, '' if the lowest participant has to act
--       more                 cursor for the next call; or a command that takes longer has begun
--       refused              field, epoch: owner or sequence is another one; nothing was done
--       caught-up-before     epoch, and on.new.epoch=fail
--       not-empty            key that is not the sink's own
--       stopped              field, discarded, error, kind, command: its index in the record
local ledger = KEYS[1]
prefix = ARGV[1]
local partition, owner, epoch, sequence, position, offset, barrier, time, wrong_type_policy, conflict_policy, first_policy,
  difference, on_not_empty, on_new_epoch, new_grace, on_long_absence, cursor, most_ms, command_count = unpack(ARGV, 2, 20)
local FIRST_COMMAND = 21 -- its place in ARGV
local arrival = epoch .. ':' .. sequence .. ':' .. offset .. ':' .. position
epoch, sequence, offset, time = tonumber(epoch), tonumber(sequence), tonumber(offset), tonumber(time)
difference, command_count = tonumber(difference), tonumber(command_count)
on_wrong_type, on_conflict = wrong_type_policy, conflict_policy
stage = prefix .. 'stage:' .. partition .. ':'
progress_key = prefix .. 'progress:' .. partition
limit_time(tonumber(most_ms))
now = redis_time()
source_time = time

local all = {}
local flat = call('HGETALL', ledger)
for i = 1, #flat, 2 do
  all[flat[i]] = flat[i + 1]
end
load_deadline_state(all.deadlines, all.grace, all.caught, all.held)
load_writer(all.writer)
local ledger_epoch = tonumber(all.epoch)
local field = read_field(all['p' .. partition])
local starts_epoch = lower(ARGV[FIRST_COMMAND + 1] or '') == 'pika.begin'

-- A reply that shows the partition's place.
local function with_place(status, ...)
  return { status, 'field', field.owner == '-' and '-' or field_text(field), 'epoch', all.epoch or '-', ... }
end

local function passed()
  return with_place('passed', 'discarded', discarded)
end

local function more(next_cursor)
  return { 'more', 'cursor', next_cursor, 'discarded', discarded }
end

local function stopped(err, kind)
  return with_place('stopped', 'error', err, 'kind', kind, 'command', int(command_index), 'discarded', discarded)
end

if field.owner ~= owner then
  return with_place('refused')
elseif ledger_epoch and (starts_epoch and ledger_epoch >= epoch or not starts_epoch and ledger_epoch > epoch) then
  if field.at == arrival then -- void: a later epoch has begun
    field.at = '-'
    field.offset = offset
    lift_memory_limit()
    call('HSET', ledger, 'p' .. partition, field_text(field))
  end
  return passed()
elseif not starts_epoch and (ledger_epoch ~= epoch or not field.sequence or field.sequence + 1 ~= sequence) then
  return field.sequence and ledger_epoch == epoch and field.sequence >= sequence and passed() or with_place('refused')
end

-- Who has arrived, who has not; and whether any place shows that this barrier will never be complete.
local participants, missing, lowest, void = {}, {}, true, false
for p in gmatch(barrier, '%d+') do
  local other = read_field(all['p' .. p])
  participants[#participants + 1] = p
  if tonumber(p) < tonumber(partition) then
    lowest = false
  end
  if p ~= partition then
    local at_epoch, at_position = match(other.at, '^(%d+):%d+:%d+:(.+)$')
    at_epoch = tonumber(at_epoch)
    if at_epoch == epoch and at_position == position then -- it has arrived
    elseif at_epoch and at_epoch > epoch or not starts_epoch and other.sequence and not_before(other.position, position) then
      void = true
    else
      missing[#missing + 1] = 'p' .. p
    end
  end
end

if field.at ~= arrival then
  lift_memory_limit()
  field.at = arrival
  field.fresh = 0
  call('HSET', ledger, 'p' .. partition, field_text(field))
  all['p' .. partition] = field_text(field)
end

-- Moves a partition past the barrier; a void epoch barrier is no place in the ledger's epoch.
local function pass(moved)
  local at_sequence, at_offset = match(moved.at, '^%d+:(%d+):(%d+):')
  moved.at = '-'
  moved.offset = tonumber(at_offset)
  if not (void and starts_epoch) then
    moved.sequence, moved.position, moved.done = tonumber(at_sequence), position, 0
    if starts_epoch then
      moved.clock, moved.fresh = 0, 0
    elseif time then
      moved.clock = time > moved.clock and time or moved.clock
      moved.fresh = fresh_until(time, difference)
    end
  end
end

if void then
  lift_memory_limit()
  pass(field)
  call('HSET', ledger, 'p' .. partition, field_text(field))
  return passed()
elseif #missing > 0 or not lowest then
  return { 'waiting', 'missing', table.concat(missing, '+') }
end

-- Everybody has arrived, and this is the lowest participant.

local function write_back()
  local args = {}
  for k, v in pairs(all) do
    args[#args + 1] = k
    args[#args + 1] = v
  end
  for j = 1, #args, 2000 do -- Lua's stack holds no more than some thousands
    call('HSET', ledger, unpack(args, j, math.min(j + 1999, #args)))
  end
end

local function move_all()
  for _, p in ipairs(participants) do
    local moved = p == partition and field or read_field(all['p' .. p])
    pass(moved)
    all['p' .. p] = field_text(moved)
  end
end

lift_memory_limit()

-- Empties the db. Where Redis does not run FLUSHDB for us (renamed, or not allowed to the user) it is done page by page
-- while everybody waits; the ledger is deleted last, by the call that writes it again. Returns the cursor of the next page,
-- '0' when the db is empty, or an error.
local function empty_db()
  if cursor == '0' and not failed(try('FLUSHDB', 'ASYNC')) then
    return '0'
  end
  local page = try('SCAN', cursor, 'COUNT', '1000')
  if failed(page) then
    return page
  end
  for _, key in ipairs(page[2]) do
    if key ~= ledger then
      call('UNLINK', key)
    end
  end
  if page[1] == '0' then
    call('DEL', ledger)
  end
  return page[1]
end

if starts_epoch then
  local judged_writer, new_writer = ARGV[FIRST_COMMAND + 2], ARGV[FIRST_COMMAND + 3]
  if (all.writer or '-') ~= judged_writer then -- another has taken the topic over: to be judged again
    return { 'waiting', 'missing', '' }
  end
  if ledger_epoch and all.caught and on_new_epoch ~= 'clear' then
    return { 'caught-up-before', 'epoch', all.epoch }
  end
  if not ledger_epoch and not all.unclean and on_not_empty ~= 'clear' then
    local key = foreign_key()
    if key then
      return { 'not-empty', 'key', key }
    end
  end
  local next_cursor = empty_db()
  if failed(next_cursor) then
    return stopped(next_cursor.err, 'error')
  elseif next_cursor ~= '0' then
    return more(next_cursor)
  end
  local kept = {
    format = all.format, connector = all.connector, topic = all.topic, cluster = all.cluster, grace = new_grace,
    epoch = int(epoch), partitions = barrier, deadlines = 'held', writer = new_writer ~= '-' and new_writer or nil,
    passed = all.passed, claims = all.claims, keys = all.keys,
  }
  if ledger_epoch then
    kept.former = all.epoch .. ' ' .. (all.writer or '-')
  end
  for name, text in pairs(all) do
    if match(name, '^p%d+$') then
      local other = read_field(text)
      kept[name] = field_text({ owner = other.owner, position = '-', offset = other.offset, done = 0, clock = 0, fresh = 0,
        at = other.at })
    end
  end
  all = kept
  field = read_field(all['p' .. partition])
  move_all()
  write_back()
  return passed()
end

record_place = function()
  return int(epoch) .. ':' .. int(sequence)
end
command_index = field.done
if time and is_late(time) and lower(ARGV[FIRST_COMMAND + 1]) ~= 'flushdb' and not load_progress() then
  call('HSETNX', ledger, 'stale', int(now))
  all.stale = call('HGET', ledger, 'stale')
  if on_long_absence ~= 'continue' then
    return stopped(late_error(time).err, 'late')
  end
end

-- Each runs one command; returns a reply of the script where that must end here.

local function flush_db()
  local next_cursor = empty_db()
  if failed(next_cursor) then
    return stopped(next_cursor.err, 'error')
  elseif next_cursor ~= '0' then
    return more(next_cursor)
  end
  all.stale, all.held = nil, nil -- of an empty db nothing is missing
  write_back() -- as it was; what has moved follows at the end of this very script
end

local function run_command(command, is_first)
  if first_policy ~= '-' and is_first then
    on_wrong_type, on_conflict = first_policy, first_policy
  end
  local result = run(command)
  if failed(result) then
    result = resolve_error(command, result)
  end
  on_wrong_type, on_conflict = wrong_type_policy, conflict_policy
  if failed(result) then
    field.done = command_index
    call('HSET', ledger, 'p' .. partition, field_text(field))
    if result == PAUSE then
      return more(cursor)
    end
    return stopped(result.err, result.kind or 'error')
  end
end

local place = FIRST_COMMAND
for c = 1, command_count do
  command_index = c - 1
  local words = tonumber(ARGV[place])
  if c > field.done then
    local command = { unpack(ARGV, place + 1, place + words) }
    local name = lower(command[1])
    local ended
    must_pause(words) -- counts the command
    if name == 'flushdb' then
      ended = flush_db()
    else
      ended = run_command(command, c == field.done + 1)
    end
    if ended then
      return ended
    end
  end
  place = place + words + 1
end

move_all()
write_back()
return passed()
