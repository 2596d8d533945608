-- Notes in a cluster's control ledger up to where a partition is applied, in all of its slots. Where each slot is, is in the slot's
-- own ledger; this is what people and the other partitions see.
--
-- needs: prelude
--
-- KEYS  control ledger
-- ARGV  as named below: clock is the newest source time applied, newest that of the last record or tick (0 in the snapshot, '-'
--       if there was none), difference Redis' time less the source's, drained 1 if nothing waits
-- Reply noted (field, now), later (the same, not written: a later epoch has begun, which the partition has not reached) or
--       refused (the partition is another task's, or the ledger in an earlier epoch)
local ledger = KEYS[1]
prefix = ARGV[1]
local partition, owner, epoch, sequence, position, offset, clock, newest, difference, drained = unpack(ARGV, 2, 11)
now = redis_time()
local name = 'p' .. partition
local ledger_epoch, text, caught, partitions = unpack(call('HMGET', ledger, 'epoch', name, 'caught', 'partitions'))
local field = read_field(text)
local later = tonumber(ledger_epoch or 0) > tonumber(epoch)
if field.owner ~= owner or ledger_epoch ~= epoch and not later then
  return { 'refused', 'now', int(now) }
end
field.sequence, field.position, field.offset, field.done = tonumber(sequence), position, tonumber(offset), 0
field.clock = tonumber(clock)
newest = tonumber(newest)
if later then
  field.fresh = 0
  return { 'later', 'field', field_text(field), 'now', int(now) }
elseif drained ~= '1' or newest == 0 then
  field.fresh = 0
elseif newest then
  field.fresh = fresh_until(newest, tonumber(difference))
end
lift_memory_limit()
call('HSET', ledger, name, field_text(field))
if not caught and partitions and is_fresh(field) and all_fresh(ledger, partitions) then
  call('HSETNX', ledger, 'caught', int(now))
end
return { 'noted', 'field', field_text(field), 'now', int(now) }
