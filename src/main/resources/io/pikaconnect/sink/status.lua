-- Is the whole target ready for the cut-over? Notes in the ledger's fields ready and looked what was seen, and when; and
-- in caught that all partitions of the epoch were fresh together.
--
-- KEYS  ledger
-- ARGV  prefix, partition, its owner, expiry.mode; then partitions of the asking task and their owners
-- Reply '1' or '0', now, until when the least fresh partition is fresh, deadlines, stale, caught, partitions of the epoch,
--       which of the asking task's have another owner or none, as p0+p3; then, for people, what is in the way
local ledger = KEYS[1]
prefix = A[1]
now = redis_time()
local deadlines, stale, caught, partitions, own =
  unpack(call('HMGET', ledger, 'deadlines', 'stale', 'caught', 'partitions', 'p' .. A[2]))
deadlines = deadlines or 'holding'
local why, least = {}, nil
if not partitions then
  why[1] = 'no epoch has begun'
else
  for p in gmatch(partitions, '%d+') do
    local f = read_field(call('HGET', ledger, 'p' .. p))
    least = math.min(least or f.fresh, f.fresh)
    if not is_fresh(f) then
      why[#why + 1] = 'p' .. p .. (f.clock > 0 and ' stands at source time ' .. int(f.clock) or ' has had no change yet')
    end
  end
end
local is_owner = read_field(own).owner == A[3]
if is_owner then
  lift_memory_limit()
  if #why == 0 and not caught then -- barriers were the last that they met
    caught = int(now)
    call('HSET', ledger, 'caught', caught)
  end
end
if stale then
  why[#why + 1] = 'stale since ' .. stale
end
if A[4] == 'native' and deadlines ~= 'native' then
  why[#why + 1] = 'not released yet'
end
local ready = #why == 0 and '1' or '0'
if is_owner then
  call('HSET', ledger, 'ready', ready, 'looked', int(now))
end
local lost = {}
for i = 5, #A, 2 do
  if read_field(call('HGET', ledger, 'p' .. A[i])).owner ~= A[i + 1] then
    lost[#lost + 1] = 'p' .. A[i]
  end
end
return { ready, int(now), int(least or 0), deadlines, stale or '-', caught or '-', partitions or '-',
  #lost > 0 and table.concat(lost, '+') or '-',
  unpack(why, 1, math.min(#why, 20)) }
