-- Has the topic applied again from its start: no partition has a place any more, and the first epoch barrier empties the
-- db. Until then everything stays as it is, because the topic may turn out to have no start.
--
-- needs: prelude
--
-- KEYS  ledger
-- ARGV  prefix, partition, its owner
-- Reply done or refused
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
call('HDEL', ledger, 'epoch', 'partitions', 'caught', 'walk', 'released', 'held', 'writer', 'former')
call('HSET', ledger, 'unclean', '1', 'deadlines', 'held', 'ready', '0')
return { 'done' }
