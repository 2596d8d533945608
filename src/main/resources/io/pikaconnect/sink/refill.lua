-- A cluster is filled again from the topic: in its control ledger no partition has a place any more, and nobody has been caught up.
-- The slots were told by retired.lua. Until they begin their epoch again everything stays as it is, because the topic may turn out
-- to have no start.
--
-- needs: prelude
--
-- KEYS  control ledger
-- ARGV  prefix, partition, its owner
-- Reply done or refused (the partition is another task's)
local ledger = KEYS[1]
prefix = ARGV[1]
local partition, owner = unpack(ARGV, 2, 3)
if read_field(call('HGET', ledger, 'p' .. partition)).owner ~= owner then
  return { 'refused' }
end
lift_memory_limit()
local flat = call('HGETALL', ledger)
for i = 1, #flat, 2 do
  local name, text = flat[i], flat[i + 1]
  if match(name, '^p%d+$') then
    local without_place = read_field(nil)
    without_place.owner = read_field(text).owner
    call('HSET', ledger, name, field_text(without_place))
  end
end
call('HDEL', ledger, 'caught', 'stale', 'walk', 'released', 'held')
call('HSET', ledger, 'deadlines', 'held', 'ready', '0')
call('UNLINK', prefix .. 'picked', prefix .. 'picking')
return { 'done' }
