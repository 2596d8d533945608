-- Release of deadlines in a cluster, as the control ledger has it. Each slot has its own state; a walk over all nodes gives the keys
-- of those that are released their own deadlines.
--
-- needs: prelude
--
-- KEYS  control ledger
-- ARGV  as named below: what is ask (begin it, if the time has come), again (slots have lost their state) or complete (a walk has
--       met every key); difference Redis' time less the source's, ms
-- Reply release, then names and values: deadlines, grace, waits-for (why it has not begun, or '-'), count (how many partitions the
--       epoch has), fresh (a list: those that are); or refused (the partition is another task's)
local ledger = KEYS[1]
prefix = ARGV[1]
local partition, owner, what, on_long_absence, new_grace, difference = unpack(ARGV, 2, 7)
now = redis_time()
local deadlines, ledger_grace, caught, partitions, own =
  unpack(call('HMGET', ledger, 'deadlines', 'grace', 'caught', 'partitions', 'p' .. partition))
local waits_for = '-'
if read_field(own).owner ~= owner or not partitions then
  return { 'refused' }
end

local function set(state, ...)
  deadlines = state
  lift_memory_limit()
  call('HSET', ledger, 'deadlines', state, ...)
end

if what == 'ask' and deadlines == 'held' then
  local regardless = caught and on_long_absence == 'continue'
  if not regardless and not all_fresh(ledger, partitions) then
    waits_for = 'not all partitions are fresh'
  elseif not regardless and tonumber(difference) > tonumber(new_grace) / 2 then
    waits_for = "Redis' clock is " .. difference .. " ms ahead of the source's"
  else
    ledger_grace = new_grace
    set('releasing', 'grace', new_grace)
  end
elseif what == 'again' and deadlines == 'native' then
  set('releasing')
elseif what == 'complete' and deadlines == 'releasing' then
  set('native', 'released', int(now))
end
local count, fresh = 0, {}
for p in gmatch(partitions, '%d+') do
  count = count + 1
  if is_fresh(read_field(call('HGET', ledger, 'p' .. p))) then
    fresh[#fresh + 1] = p
  end
end
return { 'release', 'deadlines', deadlines, 'grace', ledger_grace, 'waits-for', waits_for, 'count', int(count), 'fresh', fresh }
