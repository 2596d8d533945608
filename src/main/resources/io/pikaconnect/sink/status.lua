-- Is the whole target ready for the cut-over: every partition of the epoch caught up, every due set empty?
--
-- KEYS  ledger
-- ARGV  prefix
-- Reply '1' or '0', then for each partition that is not: name, clock, young, size of its due set
local ledger = KEYS[1]
prefix = A[1]
now = redis_time()
local partitions = call('HGET', ledger, 'partitions')
if not partitions then
  return { '0' }
end
local r = { '1' }
for p in gmatch(partitions, '%d+') do
  local f = read_field(call('HGET', ledger, 'p' .. p))
  local left = call('ZCARD', prefix .. 'due:' .. p)
  if not is_caught(f) or left > 0 then
    r[1] = '0'
    r[#r + 1], r[#r + 2], r[#r + 3], r[#r + 4] = 'p' .. p, int(f.clock), int(f.young), int(left)
  end
end
return r
