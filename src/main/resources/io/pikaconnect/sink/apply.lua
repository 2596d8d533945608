-- Applies a batch of one partition: records and ticks, in order, up to the first error.
--
-- KEYS  ledger, due set
-- ARGV  1 prefix  2 partition  3 owner  4 epoch  5 sequence in the ledger  6 commands of the next record already done
--       7 on.wrong.type  8 on.conflict  9 policy for the very first command, or '-'  10 expiry.horizon.ms
--       11 place behind the batch: position offset  12 such a place for each entry, one a line  13 commands in all
--       then for each entry: number of commands, 0 for a tick, negative where the key has to meet the clock;
--       source time in ms, '-' in the snapshot; that key, where the number is negative;
--       and for each command: number of arguments, negative for what the prelude has an operation for; the arguments
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

-- Runs the command at i; the number of its arguments comes as text, since that is compared quicker.
local function apply(count)
  local reply
  if count == '3' then
    reply = try(A[i + 1], A[i + 2], A[i + 3])
  elseif count == '4' then
    reply = try(A[i + 1], A[i + 2], A[i + 3], A[i + 4])
  elseif count == '2' then
    reply = try(A[i + 1], A[i + 2])
  end
  if reply == nil then
    local c = tonumber(count)
    if c > 0 then
      reply = try(unpack(A, i + 1, i + c))
    elseif c == -3 and (A[i + 1] == 'pexpireat' or A[i + 1] == 'PEXPIREAT') then
      reply = set_deadline(A[i + 2], A[i + 3])
    else
      reply = run({ unpack(A, i + 1, i - c) })
    end
  end
  if type(reply) == 'table' and reply.err then
    local c = tonumber(count)
    reply = settle({ unpack(A, i + 1, i + (c < 0 and -c or c)) }, reply)
    if failed(reply) then
      return reply
    end
  end
end

while i <= n do
  local count, time = tonumber(A[i]), tonumber(A[i + 1])
  i = i + 2
  caught = time ~= nil and is_young(time)
  if count < 0 then
    count = -count
    local ok, problem = pcall(bury, A[i], time)
    if not ok then
      error = { err = type(problem) == 'table' and problem.err or tostring(problem), kind = 'error' }
      break
    end
    i = i + 1
  end
  at_command = done
  for _ = 1, count do
    if first_policy ~= '-' then
      on_wrong_type, on_conflict = first_policy, first_policy
    end
    error = apply(A[i])
    if first_policy ~= '-' then
      on_wrong_type, on_conflict, first_policy = A[7], A[8], '-'
    end
    if error then
      break
    end
    local c = tonumber(A[i])
    i = i + 1 + (c < 0 and -c or c)
    at_command = at_command + 1
  end
  if error then
    done = at_command
    break
  end
  if count > 0 then
    sequence = sequence + 1
    done = 0
  end
  if time then
    if time > clock then
      clock = time
    end
    if time - now > ahead then
      ahead = time - now
    end
  end
  young = caught
  at_record = at_record + 1
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
