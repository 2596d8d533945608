-- Notes in the ledger who writes the topic, and an epoch of another writer whose records are passed over.
--
-- needs: prelude
--
-- KEYS  ledger
-- ARGV  as named below: writer_read is the ledger's writer as it was read or '-', writer the one from now on,
--       passed_epoch an epoch to pass over or '-'
-- Reply done, writer-changed (the ledger names another writer by now), refused (the partition is another task's)
local ledger = KEYS[1]
prefix = ARGV[1]
local partition, owner, writer_read, writer, passed_epoch = unpack(ARGV, 2, 6)
if read_field(call('HGET', ledger, 'p' .. partition)).owner ~= owner then
  return { 'refused' }
elseif (call('HGET', ledger, 'writer') or '-') ~= writer_read then
  return { 'writer-changed' }
end
lift_memory_limit()
if writer ~= writer_read then
  call('HSET', ledger, 'writer', writer)
end
if passed_epoch ~= '-' then
  local passed = call('HGET', ledger, 'passed') or ''
  if not find(' ' .. passed .. ' ', ' ' .. passed_epoch .. ' ', 1, true) then
    call('HSET', ledger, 'passed', passed == '' and passed_epoch or passed .. ' ' .. passed_epoch)
  end
end
return { 'done' }
