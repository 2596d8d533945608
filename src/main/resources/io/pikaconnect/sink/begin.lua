-- An epoch begins in a cluster: notes it in the control ledger. The slots follow, each when its partition has reached the barrier.
--
-- needs: prelude
--
-- KEYS  control ledger
-- ARGV  as named below: barrier is p0+p1+…, all partitions; judged_writer the ledger's writer as it was judged, new_writer the
--       epoch's, '-' where there is none; offset that of the barrier's record; found is the state of deadlines in slots that are
--       in this epoch already, which the ledger has lost: nothing is asked then; '-' if there are none
-- Reply begun (by now or before), caught-up-before with epoch, refused (the partition is another task's), writer-changed, or
--       void with epoch (the ledger is in a later one)
local ledger = KEYS[1]
prefix = ARGV[1]
local partition, owner, epoch, barrier, judged_writer, new_writer, on_new_epoch, new_grace, offset, found =
  unpack(ARGV, 2, 11)
local all = {}
local flat = call('HGETALL', ledger)
for i = 1, #flat, 2 do
  all[flat[i]] = flat[i + 1]
end
local now_in = tonumber(all.epoch)
if read_field(all['p' .. partition]).owner ~= owner then
  return { 'refused' }
elseif now_in and now_in > tonumber(epoch) then
  return { 'void', 'epoch', all.epoch }
end
lift_memory_limit()
if now_in ~= tonumber(epoch) then
  if found == '-' and (all.writer or '-') ~= judged_writer then
    return { 'writer-changed' }
  elseif found == '-' and now_in and all.caught and on_new_epoch ~= 'clear' then
    return { 'caught-up-before', 'epoch', all.epoch }
  end
  for name in pairs(all) do
    if match(name, '^b%d+$') then
      call('HDEL', ledger, name)
    end
  end
  call('HDEL', ledger, 'caught', 'stale', 'held', 'unclean', 'released', 'walk', 'writer', 'former')
  call('HSET', ledger, 'epoch', epoch, 'partitions', barrier, 'deadlines', found == 'native' and 'releasing' or 'held',
    'grace', new_grace, 'ready', '0')
  if new_writer ~= '-' then
    call('HSET', ledger, 'writer', new_writer)
  end
  if now_in then
    call('HSET', ledger, 'former', all.epoch .. ' ' .. (all.writer or '-'))
  end
  for name, text in pairs(all) do
    if match(name, '^p%d+$') then
      local other = read_field(text)
      call('HSET', ledger, name, field_text({ owner = other.owner, position = '-', offset = other.offset, done = 0,
        clock = 0, fresh = 0, at = '-' }))
    end
  end
end
call('HSET', ledger, 'b' .. partition, offset)
return { 'begun' }
