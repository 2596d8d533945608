-- Applies a batch of one partition: records and ticks, in order, up to the first error.
--
-- KEYS  ledger, due set
-- ARGV  1 prefix  2 partition  3 owner  4 epoch  5 sequence in the ledger  6 commands of the next record already done
--       7 on.wrong.type  8 on.conflict  9 policy for the very first command, or '-'  10 expiry.horizon.ms
--       11 place behind the batch: position offset  12 such a place for each entry, one a line  13 commands in all
--       then the entries, in the shapes of Batch.java
-- Reply status: applied, stopped (an error), refused (owner, epoch or sequence is another; nothing done)
--       field, epoch, now, size of the due set, ms that a record is ahead of Redis' clock, caught,
--       error, its kind, entry, command; then for each discarded command: entry, command, what was done, error
local ledger = KEYS[1]
due = KEYS[2]
prefix = A[1]
stage = prefix .. 'stage:' .. A[2] .. ':'
on_wrong_type, on_conflict, horizon = A[7], A[8], tonumber(A[10])
local first_policy = A[9]
local name = 'p' .. A[2]

local head = call('HMGET', ledger, 'epoch', 'grace', 'caught', 'partitions', name)
local epoch, all_caught = head[1], head[3]
local f = read_field(head[5])
now = redis_time()
if f.owner ~= A[3] or epoch ~= A[4] or not f.sequence or int(f.sequence) ~= A[5] or int(f.done) ~= A[6] then
  return { 'refused', head[5] or '-', epoch or '-', int(now), '0', '0', all_caught or '-', '-', '-', '0', '0' }
end
grace = tonumber(head[2])

local clock, young, ahead = f.clock, nil, 0
local sequence, done = f.sequence, f.done
local n, i, error = #A, 14, nil

-- Without any deadline in Redis no key has to meet the clock; worth the question for more than a few commands.
no_deadlines = tonumber(A[13]) > 20 and not find(call('INFO', 'keyspace'), 'expires=[1-9]')

local function begin(time)
  at_time = time
  caught = time ~= nil and is_young(time)
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
  young = caught
end

-- The error that a reply is, if it is one and policy does not go over it.
local function problem(reply, command)
  if type(reply) == 'table' and reply.err then
    reply = settle(command, reply)
    return failed(reply) and reply or nil
  end
end

-- Each reads its arguments from i on and leaves i behind them, or returns an error.
local shapes = {}

-- Records of one SET each.
shapes.S = function()
  local records = tonumber(A[i])
  begin(tonumber(A[i + 1]))
  i = i + 2
  while records > 0 do
    local m = math.min(records, 2000)
    if m > 1 and not failed(try('MSET', unpack(A, i, i + 2 * m - 1))) then
      passed(m, m)
      i = i + 2 * m
    else
      for _ = 1, m do -- to see which one it is that fails
        local err = problem(try('SET', A[i], A[i + 1]), { 'SET', A[i], A[i + 1] })
        if err then
          return err
        end
        passed(1, 1)
        i = i + 2
      end
    end
    records = records - m
  end
end

-- Records of a SET and a PEXPIREAT each.
shapes.X = function()
  local records = tonumber(A[i])
  begin(tonumber(A[i + 1]))
  i = i + 2
  for _ = 1, records do
    local err
    if tonumber(A[i + 2]) then
      err = problem(try('SET', A[i], A[i + 1], 'PXAT', shifted(A[i], A[i + 2])), { 'SET', A[i], A[i + 1] })
    else
      err = { err = 'ERR deadline is not a number', kind = 'error' }
    end
    if err then
      return err
    end
    passed(1, 1)
    i = i + 3
  end
end

local fine = 0 -- records done that passed has not counted yet

-- Records of one command each, all of one name; the first argument is the record's key.
shapes.C = function()
  local records, time, meets, command = tonumber(A[i]), tonumber(A[i + 1]), A[i + 2], A[i + 3]
  begin(time)
  meets = meets == '1' and not no_deadlines
  i = i + 4
  for _ = 1, records do
    local args = tonumber(A[i])
    i = i + 1
    if meets then
      bury(A[i], time)
    end
    local reply
    if args == 2 then
      reply = try(command, A[i], A[i + 1])
    elseif args == 3 then
      reply = try(command, A[i], A[i + 1], A[i + 2])
    else
      reply = try(command, unpack(A, i, i + args - 1))
    end
    if type(reply) == 'table' and reply.err then
      passed(fine, fine)
      fine = 0
      local err = problem(reply, { command, unpack(A, i, i + args - 1) })
      if err then
        return err
      end
    end
    fine = fine + 1
    i = i + args
  end
  passed(fine, fine)
  fine = 0
end

-- A record of any commands; the first ones of them may be done already, and are not here then.
shapes.R = function()
  local count, meets = tonumber(A[i]), A[i + 2]
  begin(tonumber(A[i + 1]))
  at_command = done
  i = i + 3
  if meets == '1' then
    bury(A[i], at_time)
    i = i + 1
  end
  for _ = 1, count do
    if first_policy ~= '-' then
      on_wrong_type, on_conflict = first_policy, first_policy
    end
    local last = i + tonumber(A[i])
    local command = { unpack(A, i + 1, last) }
    local err = problem(run(command), command)
    if first_policy ~= '-' then
      on_wrong_type, on_conflict, first_policy = A[7], A[8], '-'
    end
    if err then
      return err
    end
    i = last + 1
    at_command = at_command + 1
    done = at_command
  end
  passed(1, 1)
end

-- A tick.
shapes.T = function()
  begin(tonumber(A[i]))
  i = i + 1
  passed(1, 0)
end

while i <= n and not error do
  local shape = shapes[A[i]]
  i = i + 1
  local ok, reply = pcall(shape)
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
    for place in gmatch(A[12], '[^\n]+') do
      line = line + 1
      if line == at_record then
        f.position, f.offset = match(place, '^(%S+) (%S+)$')
        break
      end
    end
  end
else
  f.position, f.offset = match(A[11], '^(%S+) (%S+)$')
end
f.offset = tonumber(f.offset)
f.sequence, f.done, f.clock = sequence, done, clock
if young ~= nil then
  f.young = young and now or 0
end
local is_caught_up = is_caught(f)
local text, written = field_text(f), nil
if error then
  written = text ~= head[5] and try('HSET', ledger, name, text)
else
  if tonumber(A[13]) == 0 then
    lift_memory_limit()
  end
  written = try('HSET', ledger, name, text)
end
if failed(written) then -- out of memory, and nothing else was written either
  error = error or { err = written.err, kind = 'error' }
  at_record, at_command, text = 0, tonumber(A[6]), head[5]
  discarded = {}
elseif written then
  write_due()
  pcall(sweep, clock, is_caught_up, tonumber(A[13]) + 200)
  if is_caught_up and not all_caught and head[4] then
    local all = true
    for p in gmatch(head[4], '%d+') do
      all = all and is_caught(read_field(call('HGET', ledger, 'p' .. p)))
    end
    if all then
      all_caught = int(now)
      call('HSET', ledger, 'caught', all_caught)
    end
  end
end

local reply = {
  error and 'stopped' or 'applied', text, epoch, int(now), int(call('ZCARD', due)), int(ahead), all_caught or '-',
  error and error.err or '-', error and error.kind or '-', int(at_record), int(at_command),
}
for d = 1, #discarded do
  reply[#reply + 1] = discarded[d]
end
return reply
