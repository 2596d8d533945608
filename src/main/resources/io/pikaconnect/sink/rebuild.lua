-- Has the topic applied again from its start: no partition has a place any more, and the first epoch barrier empties the
-- db. Until then everything stays as it is, for the topic may turn out to have no start.
--
-- KEYS  ledger
-- ARGV  prefix, partition, its owner
-- Reply done or refused
local ledger = KEYS[1]
prefix = A[1]
if read_field(call('HGET', ledger, 'p' .. A[2])).owner ~= A[3] then
  return { 'refused' }
end
lift_memory_limit()
local flat = call('HGETALL', ledger)
for i = 1, #flat, 2 do
  if match(flat[i], '^p%d+$') then
    local begin = read_field(nil)
    begin.owner = read_field(flat[i + 1]).owner
    begin.sequence = nil
    call('HSET', ledger, flat[i], field_text(begin))
  end
end
call('HDEL', ledger, 'epoch', 'partitions', 'caught', 'walk', 'released', 'held', 'writer', 'former')
call('HSET', ledger, 'unclean', '1', 'deadlines', 'held', 'ready', '0')
return { 'done' }
