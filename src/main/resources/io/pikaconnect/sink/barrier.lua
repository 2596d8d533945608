-- A partition stands before a barrier record: notes its arrival, and looks whether all are there. The lowest participant
-- then runs the commands and moves everybody behind the barrier.
--
-- KEYS  ledger
-- ARGV  1 prefix  2 partition  3 owner  4 the barrier's epoch  5 its sequence on this partition  6 its position
--       7 Kafka offset behind it  8 participants p0+p3  9 source time in ms, '-' in the snapshot
--       10 on.wrong.type  11 on.conflict  12 policy for the first command, or '-'  13 Redis' time less the source's, ms
--       14 on.target.not.empty  15 on.new.epoch  16 grace of the config  17 on.long.absence
--       18 cursor of a delete in chunks, '0' at its begin, 'end' when the keys to delete follow the command
--       19 number of commands (of pika.begin the arguments are the ledger's writer as it was judged, and the epoch's, '-'
--       where there is none), then for each: number of arguments, the arguments; then the keys of 18
-- Reply status, field, epoch, now, detail, its kind, command; then keys found (more) or what was discarded (passed):
--       passed     the partition's field says where it is now
--       waiting    detail: who is missing, '' if all are there and the lowest participant has to act
--       more       detail: the cursor for the next call
--       refused    owner or sequence is another; nothing done
--       newepoch   on.new.epoch=fail
--       notempty   detail: a key that is not ours
--       stopped    detail: the error
local ledger = KEYS[1]
prefix = A[1]
local partition, owner, epoch, position, offset = A[2], A[3], tonumber(A[4]), A[6], tonumber(A[7])
local sequence, time = tonumber(A[5]), tonumber(A[9])
on_wrong_type, on_conflict = A[10], A[11]
local difference, on_long_absence, cursor = tonumber(A[13]), A[17], A[18]
stage = prefix .. 'stage:' .. partition .. ':'
now = redis_time()
at_time = time

local all = {}
local flat = call('HGETALL', ledger)
for i = 1, #flat, 2 do
  all[flat[i]] = flat[i + 1]
end
set_deadlines(all.deadlines, all.grace, all.caught, all.held)
set_writer(all.writer)
local reached = tonumber(all.epoch)
local f = read_field(all['p' .. partition])
local begins = lower(A[21] or '') == 'pika.begin'
local at = A[4] .. ':' .. A[5] .. ':' .. A[7] .. ':' .. position

local function reply(status, detail, kind, command)
  local r = { status, f.owner == '-' and '-' or field_text(f), all.epoch or '-', int(now), detail or '-', kind or '-',
    int(command or 0) }
  return r
end

if f.owner ~= owner then
  return reply('refused')
elseif reached and (begins and reached >= epoch or not begins and reached > epoch) then
  if f.at == at then -- void: a later epoch has begun
    f.at = '-'
    f.offset = offset
    lift_memory_limit()
    call('HSET', ledger, 'p' .. partition, field_text(f))
  end
  return reply('passed')
elseif not begins and (reached ~= epoch or not f.sequence or f.sequence + 1 ~= sequence) then
  return reply(f.sequence and reached == epoch and f.sequence >= sequence and 'passed' or 'refused')
end

local function parse_position(text)
  local phase, a, b, part = match(text, '^(%a)/(%d+)/(%d+)/(%d+)$')
  return { phase == 'b' and 1 or 0, tonumber(a), tonumber(b), tonumber(part) }
end

local function not_before(p, q)
  p, q = parse_position(p), parse_position(q)
  for i = 1, 4 do
    if p[i] ~= q[i] then
      return p[i] > q[i]
    end
  end
  return true
end

-- Who is there, who is not; and whether anybody shows that this barrier will never be complete.
local participants, missing, lowest, void = {}, {}, true, false
for p in gmatch(A[8], '%d+') do
  local q = read_field(all['p' .. p])
  participants[#participants + 1] = p
  if tonumber(p) < tonumber(partition) then
    lowest = false
  end
  if p ~= partition then
    local at_epoch, at_sequence, at_position = match(q.at, '^(%d+):(%d+):%d+:(.+)$')
    if at_epoch and tonumber(at_epoch) == epoch and at_position == position then
      q.there = true
    elseif at_epoch and tonumber(at_epoch) > epoch then
      void = true
    elseif not begins and q.sequence and not_before(q.position, position) then
      void = true
    else
      missing[#missing + 1] = 'p' .. p
    end
  end
end

if f.at ~= at then
  lift_memory_limit()
  f.at = at
  f.fresh = 0
  call('HSET', ledger, 'p' .. partition, field_text(f))
  all['p' .. partition] = field_text(f)
end

-- Behind the barrier; a void epoch barrier is no place in the ledger's epoch.
local function pass(q)
  local at_sequence, at_offset = match(q.at, '^%d+:(%d+):(%d+):')
  q.at = '-'
  q.offset = tonumber(at_offset)
  if not (void and begins) then
    q.sequence, q.position, q.done = tonumber(at_sequence), position, 0
    if begins then
      q.clock, q.fresh = 0, 0
    elseif time then
      q.clock = time > q.clock and time or q.clock
      q.fresh = fresh_until(time, difference)
    end
  end
end

if void then
  lift_memory_limit()
  pass(f)
  call('HSET', ledger, 'p' .. partition, field_text(f))
  return reply('passed')
elseif #missing > 0 or not lowest then
  return reply('waiting', table.concat(missing, '+'))
end

-- Everybody is there, and this is the lowest participant.

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
    local q = p == partition and f or read_field(all['p' .. p])
    pass(q)
    all['p' .. p] = field_text(q)
  end
end

lift_memory_limit()

-- Empties the db. Where Redis does not run FLUSHDB for us (renamed, or not allowed to the user) it is done page by page
-- while everybody stands still; the ledger goes last, with the script that writes it again. Returns the cursor of the next
-- page, '0' when the db is empty.
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

if begins then
  if (all.writer or '-') ~= A[22] then -- another has taken the topic over: to be judged again
    return reply('waiting', '')
  end
  if reached and all.caught and A[15] ~= 'clear' then
    return reply('newepoch', all.epoch)
  end
  if not reached and not all.unclean and A[14] ~= 'clear' then
    local key = foreign_key()
    if key then
      return reply('notempty', key)
    end
  end
  local next = empty_db()
  if failed(next) then
    return reply('stopped', next.err, 'error')
  elseif next ~= '0' then
    return reply('more', next)
  end
  local kept = { format = all.format, connector = all.connector, topic = all.topic, cluster = all.cluster, grace = A[16], epoch = int(epoch),
    partitions = A[8], deadlines = 'held', writer = A[23] ~= '-' and A[23] or nil,
    passed = all.passed }
  if reached then
    kept.former = all.epoch .. ' ' .. (all.writer or '-')
  end
  for name, text in pairs(all) do
    if match(name, '^p%d+$') then
      local q = read_field(text)
      kept[name] = field_text({ owner = q.owner, position = '-', offset = q.offset, done = 0, clock = 0, fresh = 0,
        at = q.at })
    end
  end
  all = kept
  f = read_field(all['p' .. partition])
  move_all()
  write_back()
  return reply('passed')
end

local i, n = 20, tonumber(A[19])
local found = {}

-- Deletes of many keys. Chunk by chunk while everybody stands still; each key's own deadline is looked at first.
local function delete_chunk(pattern, kind, limit)
  local args = { 'SCAN', cursor, 'MATCH', pattern, 'COUNT', '1000' }
  if kind ~= '*' then
    args[7], args[8] = 'TYPE', kind
  end
  local page = try(unpack(args))
  if failed(page) then
    return page
  end
  for _, key in ipairs(page[2]) do
    if not starts_with(key, prefix) and not (time and bury(key, time)) then
      if limit == 0 then
        call('UNLINK', key)
      else
        found[#found + 1] = key
      end
    end
  end
  return page[1]
end

at_command = f.done
if cursor == '0' and time and is_late(time) and lower(A[21]) ~= 'flushdb' then
  call('HSETNX', ledger, 'stale', int(now))
  all.stale = call('HGET', ledger, 'stale')
  if on_long_absence ~= 'continue' then
    return reply('stopped', late_error(time).err, 'late', at_command)
  end
end
for c = 1, n do
  local count = tonumber(A[i])
  if c > f.done then
    local a = { unpack(A, i + 1, i + count) }
    local name = lower(a[1])
    local result
    if name == 'flushdb' then
      result = empty_db()
      if failed(result) then
        return reply('stopped', result.err, 'error', at_command)
      elseif result ~= '0' then
        return reply('more', result)
      end
      all.stale, all.held = nil, nil -- of an empty db nothing is missing
      write_back() -- as it was; what has moved follows at the end of this very script
    elseif name == 'pika.flushtype' or name == 'pika.patterndel' then
      local limit = name == 'pika.patterndel' and tonumber(a[4]) or 0
      if cursor == 'end' then
        for k = i + count + 1, #A do
          call('UNLINK', A[k])
        end
      else
        local next
        if name == 'pika.flushtype' then
          next = delete_chunk('*', a[2], 0)
        else
          next = delete_chunk(a[2], a[3], limit)
        end
        if failed(next) then
          return reply('stopped', next.err, 'error', at_command)
        end
        if next ~= '0' or limit > 0 then
          local r = reply('more', next == '0' and 'end' or next)
          for k = 1, #found do
            r[#r + 1] = found[k]
          end
          return r
        end
      end
    else
      if A[12] ~= '-' and c == f.done + 1 then
        on_wrong_type, on_conflict = A[12], A[12]
      end
      result = run(a)
      if failed(result) then
        result = settle(a, result)
      end
      on_wrong_type, on_conflict = A[10], A[11]
      if failed(result) then
        f.done = at_command
        call('HSET', ledger, 'p' .. partition, field_text(f))
        return reply('stopped', result.err, result.kind or 'error', at_command)
      end
    end
  end
  at_command = at_command + 1
  i = i + count + 1
end

move_all()
write_back()
local r = reply('passed')
for d = 1, #discarded do
  r[#r + 1] = discarded[d]
end
return r
