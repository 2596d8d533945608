-- From now on slots of one node get native deadlines.
--
-- needs: prelude
--
-- KEYS  none, see slots.lua
-- ARGV  prefix, grace, then tags of slots
-- Reply released, then names and values: changed (of how many slots that is new), away (how many are not on this node)
local changed, away = 0, 0
for i = 3, #ARGV do
  prefix = ARGV[1] .. '{' .. ARGV[i] .. '}'
  if failed(try('EXISTS', prefix .. 'nothing')) then
    away = away + 1
  else
    local place, deadlines = unpack(call('HMGET', prefix .. 'ledger', 'place', 'deadlines'))
    if place and deadlines ~= 'native' then
      lift_memory_limit()
      call('HSET', prefix .. 'ledger', 'deadlines', 'native', 'grace', ARGV[2])
      changed = changed + 1
    end
  end
end
return { 'released', 'changed', int(changed), 'away', int(away) }
