-- Is the whole target ready for the cut-over? Notes in the ledger's fields ready and looked what was found, and when; and
-- in caught that all partitions of the epoch were fresh at the same time.
--
-- needs: prelude
--
-- KEYS  ledger
-- ARGV  prefix, partition, its owner, expiry.mode; then partitions of the asking task and their owners
-- Reply ready or not-ready, then names and values:
--       now
--       fresh-until  until when the least fresh partition is fresh
--       deadlines
--       stale        since when, or '-'
--       partitions   of the epoch, '-' before the first
--       lost         partitions of the asking task that have another owner or none, as p0+p3; '-' if there are none
--       why          a list, for people: what is in the way of being ready
local ledger = KEYS[1]
prefix = ARGV[1]
local partition, owner, mode = unpack(ARGV, 2, 4)
now = redis_time()
local deadlines, stale, caught, partitions, own =
  unpack(call('HMGET', ledger, 'deadlines', 'stale', 'caught', 'partitions', 'p' .. partition))
deadlines = deadlines or 'holding'
local why, least = {}, nil
if not partitions then
  why[1] = 'no epoch has begun'
else
  for p in gmatch(partitions, '%d+') do
    local field = read_field(call('HGET', ledger, 'p' .. p))
    least = math.min(least or field.fresh, field.fresh)
    if not is_fresh(field) then
      why[#why + 1] =
        'p' .. p .. (field.clock > 0 and ' is at source time ' .. int(field.clock) or ' has had no change yet')
    end
    if call('EXISTS', prefix .. 'given:' .. p) == 1 then
      why[#why + 1] = 'p' .. p .. ' has something for another partition, which has not taken it yet'
    end
  end
end
local is_owner = read_field(own).owner == owner
if is_owner then
  lift_memory_limit()
  if #why == 0 and not caught then -- the last thing that happened to the partitions was a barrier
    call('HSET', ledger, 'caught', int(now))
  end
end
if stale then
  why[#why + 1] = 'stale since ' .. stale
end
if mode == 'native' and deadlines ~= 'native' then
  why[#why + 1] = 'not released yet'
end
local ready = #why == 0
if is_owner then
  call('HSET', ledger, 'ready', ready and '1' or '0', 'looked', int(now))
end
local lost = {}
for i = 5, #ARGV, 2 do
  if read_field(call('HGET', ledger, 'p' .. ARGV[i])).owner ~= ARGV[i + 1] then
    lost[#lost + 1] = 'p' .. ARGV[i]
  end
end
return { ready and 'ready' or 'not-ready', 'now', int(now), 'fresh-until', int(least or 0), 'deadlines', deadlines,
  'stale', stale or '-', 'partitions', partitions or '-', 'lost', #lost > 0 and table.concat(lost, '+') or '-',
  'why', { unpack(why, 1, math.min(#why, 20)) } }
