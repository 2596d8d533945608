-- From now on slots of one node get native deadlines; or a walk over all keys is complete since they do.
--
-- needs: prelude
--
-- A slot that is being filled again is not released: what comes late there is not late for its readers. Only a slot whose own
-- clock is close to the present is, and only if its partition is fresh.
--
-- KEYS  none, see slots.lua
-- ARGV  prefix, what (release, or walked: each key has a native deadline), grace, difference (Redis' time less the source's); then
--       for each slot its tag, and 1 if its partition is fresh
-- Reply released, then names and values, each of how many slots: changed (this is new, or no walk has been noted since it was),
--       waiting (they are not fresh), away (they are not on this node)
local base, what, new_grace, difference = unpack(ARGV, 1, 4)
local CLOSE = 30000 -- ms; marks renew the clock every 10 s
now = redis_time()
local changed, waiting, away = 0, 0, 0

local function release(ledger, may_be_released)
  local place, deadlines, walked = unpack(call('HMGET', ledger, 'place', 'deadlines', 'walked'))
  local clock = tonumber(match(place or '', ' (%d+)$'))
  if not clock or deadlines == 'native' and walked then
    return
  elseif what == 'walked' then
    if deadlines == 'native' then
      lift_memory_limit()
      call('HSET', ledger, 'walked', '1')
    end
  elseif deadlines == 'native' then
    changed = changed + 1
  elseif may_be_released and now - clock - difference <= CLOSE then
    lift_memory_limit()
    call('HSET', ledger, 'deadlines', 'native', 'grace', new_grace)
    changed = changed + 1
  else
    waiting = waiting + 1
  end
end

for i = 5, #ARGV, 2 do
  prefix = base .. '{' .. ARGV[i] .. '}'
  if failed(try('EXISTS', prefix .. 'nothing')) then
    away = away + 1
  else
    release(prefix .. 'ledger', ARGV[i + 1] == '1')
  end
end
return { 'released', 'changed', int(changed), 'waiting', int(waiting), 'away', int(away) }
