-- Notes in the ledger who writes the topic, and which epochs are of others and are passed over.
--
-- KEYS  ledger
-- ARGV  prefix, partition, its owner, writer in the ledger as it was seen or '-', the writer from now on,
--       an epoch to pass over or '-'
-- Reply done, moved (the ledger names another writer by now), refused (the partition is another's)
local ledger = KEYS[1]
prefix = A[1]
local seen, writer, epoch = A[4], A[5], A[6]
if read_field(call('HGET', ledger, 'p' .. A[2])).owner ~= A[3] then
  return { 'refused' }
elseif (call('HGET', ledger, 'writer') or '-') ~= seen then
  return { 'moved' }
end
lift_memory_limit()
if writer ~= seen then
  call('HSET', ledger, 'writer', writer)
end
if epoch ~= '-' then
  local passed = call('HGET', ledger, 'passed') or ''
  if not find(' ' .. passed .. ' ', ' ' .. epoch .. ' ', 1, true) then
    call('HSET', ledger, 'passed', passed == '' and epoch or passed .. ' ' .. epoch)
  end
end
return { 'done' }
