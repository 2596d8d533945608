-- Applies a batch of one partition: records and ticks, in order, up to the first error.
--
-- KEYS  ledger
-- ARGV  1 prefix  2 partition  3 owner  4 epoch  5 sequence in the ledger  6 commands of the next record already done
--       7 on.wrong.type  8 on.conflict  9 policy for the very first command, or '-'
--       10 place behind the batch: position offset  11 such a place for each entry, one a line  12 commands in all
--       13 Redis' time less the source's, ms  14 1 if nothing after the batch waits  15 on.long.absence
--       16 the entries, in the shapes of Batch.java, packed
-- Reply status: applied, stopped (an error), refused (owner, epoch or sequence is another; nothing done)
--       field, epoch, now, ms that a record is ahead of Redis' clock,
--       error, its kind, entry, command; then for each discarded command: entry, command, what was done, error
local ledger = KEYS[1]
prefix = A[1]
stage = prefix .. 'stage:' .. A[2] .. ':'
on_wrong_type, on_conflict = A[7], A[8]
local first_policy = A[9]
local name = 'p' .. A[2]

local head = call('HMGET', ledger, 'epoch', 'grace', 'caught', 'deadlines', name, 'held', 'partitions', 'writer')
local epoch = head[1]
local f = read_field(head[5])
now = redis_time()
if f.owner ~= A[3] or epoch ~= A[4] or not f.sequence or int(f.sequence) ~= A[5] or int(f.done) ~= A[6] then
  return { 'refused', head[5] or '-', epoch or '-', int(now), '0', '-', '-', '0', '0' }
end
set_deadlines(head[4], head[2], head[3], head[6])
set_writer(head[8])

local clock, newest, ahead = f.clock, nil, 0
local was_late = false
local sequence, done = f.sequence, f.done
local error = nil

-- Where in the entries the next value begins; -1 behind the last one, as unpack_limit says it.
local entries, at = A[16], #A[16] > 0 and 0 or -1
local unpack_limit = cmsgpack.unpack_limit

local function went_to(next, ...)
  at = next
  return ...
end

-- So many values from there on.
local function read(count)
  return went_to(unpack_limit(entries, count, at))
end

-- Without any deadline in Redis no key has to meet the clock; worth the question for more than a few commands.
no_deadlines = tonumber(A[12]) > 20 and not find(call('INFO', 'keyspace'), 'expires=[1-9]')

-- Begins records of that source time, nil in the snapshot. An error where they come too late for Redis.
local function begin(time)
  at_time = time
  if time and is_late(time) then
    was_late = true
    return A[15] ~= 'continue' and late_error(time) or nil
  end
end

-- So many records are done, all of the same time.
local function passed(records, sequences)
  if records == 0 then
    return
  end
  sequence = sequence + sequences
  at_record = at_record + records
  if sequences > 0 then
    done = 0
  end
  at_command = done
  if at_time then
    if at_time > clock then
      clock = at_time
    end
    if at_time - now > ahead then
      ahead = at_time - now
    end
  end
  newest = at_time or 0
end

-- The error that a reply is, if it is one and policy does not go over it.
local function problem(reply, command)
  if type(reply) == 'table' and reply.err then
    reply = settle(command, reply)
    return failed(reply) and reply or nil
  end
end

-- Each reads its values and goes behind them, or returns an error.
local shapes = {}

-- All are set, unless one of them fails or has something else in its way.
local function mset(...)
  if several and at_time then
    local values = { ... }
    for i = 1, #values, 2 do
      if in_a_strings_way(values[i]) then
        return false
      end
    end
  end
  return not failed(try('MSET', ...))
end

-- Records of one SET each.
shapes.S = function()
  local records, time = read(2)
  local late = begin(tonumber(time))
  if late then
    return late
  end
  while records > 0 do
    local m, from = math.min(records, 2000), at
    if m > 1 and mset(read(2 * m)) then
      passed(m, m)
    else
      at = from
      for _ = 1, m do -- to see which one it is
        local set = { 'SET', read(2) }
        local err = problem(operations.set(set), set)
        if err then
          return err
        end
        passed(1, 1)
      end
    end
    records = records - m
  end
end

-- Records of a SET and a PEXPIREAT each.
shapes.X = function()
  local records, time = read(2)
  local late = begin(tonumber(time))
  if late then
    return late
  end
  for _ = 1, records do
    local key, value, deadline = read(3)
    local err
    if tonumber(deadline) then
      local set = { 'SET', key, value, 'PXAT', shifted(deadline) }
      err = problem(operations.set(set), set)
    else
      err = { err = 'ERR deadline is not a number', kind = 'error' }
    end
    if err then
      return err
    end
    passed(1, 1)
  end
end

local SET_CHANGES = { sadd = true, srem = true }
local STRINGS = { set = true, setnx = true }

local fine = 0 -- records done that passed has not counted yet

-- Records of one command each, all of one name; the first argument is the record's key.
shapes.C = function()
  local time, meets, command, count = read(4)
  time = tonumber(time)
  local late = begin(time)
  if late then
    return late
  end
  meets = meets == 1 and not no_deadlines
  local plain = lower(command)
  local runs = SET_CHANGES[plain] and has_uncounted() or STRINGS[plain] and several
  local function one(next, count_of_next, key, ...)
    at, count = next, count_of_next
    if meets then
      bury(key, time)
    end
    if runs then
      return run({ command, key, ... })
    end
    return try(command, key, ...)
  end
  while count > 0 do
    local from, before = at, count
    local reply = one(unpack_limit(entries, 1 + count, at))
    if type(reply) == 'table' and reply.err then
      passed(fine, fine)
      fine = 0
      if not (on_wrong_type == 'skip' and leave_out(reply.err)) then
        local err = problem(reply, { command, select(3, unpack_limit(entries, 1 + before, from)) })
        if err then
          return err
        end
      end
    end
    fine = fine + 1
  end
  passed(fine, fine)
  fine = 0
end

-- A record of any commands; the first ones of them may be done already, and are not here then.
shapes.R = function()
  local count, time, meets = read(3)
  at_command = done
  local late = begin(tonumber(time))
  if late then
    return late
  end
  if meets == 1 then
    bury(read(1), at_time)
  end
  local left_out = false
  for c = 1, count do
    if first_policy ~= '-' then
      on_wrong_type, on_conflict = first_policy, first_policy
    end
    local command = { read(read(1)) }
    local plain, before, err = lower(command[1]), #discarded, nil
    if left_out and (plain == 'pexpireat' or plain == 'persist') then
      err = nil -- of what was left out, not of what is there
    elseif plain == 'del' and c < count and in_a_strings_way(command[2]) then
      err = nil -- PFADD follows, which empties a string
    else
      err = problem(run(command), command)
      left_out = #discarded > before and discarded[before + 3] == 'wrongtype skip'
    end
    if first_policy ~= '-' then
      on_wrong_type, on_conflict, first_policy = A[7], A[8], '-'
    end
    if err then
      return err
    end
    at_command = at_command + 1
    done = at_command
  end
  passed(1, 1)
end

-- A tick.
shapes.T = function()
  at_time = tonumber(read(1))
  passed(1, 0)
end

while at >= 0 and not error do
  local ok, reply = pcall(shapes[read(1)])
  if ok then
    error = reply
  else
    passed(fine, fine)
    error = { err = type(reply) == 'table' and reply.err or tostring(reply), kind = 'error' }
  end
end

if error then
  if at_record > 0 then
    local line = 0
    for place in gmatch(A[11], '[^\n]+') do
      line = line + 1
      if line == at_record then
        f.position, f.offset = match(place, '^(%S+) (%S+)$')
        break
      end
    end
  end
else
  f.position, f.offset = match(A[10], '^(%S+) (%S+)$')
end
f.offset = tonumber(f.offset)
f.sequence, f.done, f.clock = sequence, done, clock
if error or A[14] ~= '1' or newest == 0 then
  f.fresh = 0
elseif newest then
  f.fresh = fresh_until(newest, tonumber(A[13]))
end
local text, written = field_text(f), nil
if error then
  written = text ~= head[5] and try('HSET', ledger, name, text)
else
  if tonumber(A[12]) == 0 then
    lift_memory_limit()
  end
  written = try('HSET', ledger, name, text)
end
if failed(written) then -- out of memory, and nothing else was written either
  error = error or { err = written.err, kind = 'error' }
  at_record, at_command, text = 0, tonumber(A[6]), head[5]
  discarded = {}
else
  if was_late then
    lift_memory_limit()
    try('HSETNX', ledger, 'stale', int(now))
  end
  if not head[3] and head[7] and is_fresh(f) and all_fresh(ledger, head[7]) then
    lift_memory_limit()
    try('HSETNX', ledger, 'caught', int(now))
  end
end

local reply = {
  error and 'stopped' or 'applied', text, epoch, int(now), int(ahead),
  error and error.err or '-', error and error.kind or '-', int(at_record), int(at_command),
}
for d = 1, #discarded do
  reply[#reply + 1] = discarded[d]
end
return reply
