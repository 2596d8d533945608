-- A page of the walk over a cluster: keys of one node, by slot. Deletes those that are over by the slot's own clock; where
-- deadlines are being released, the others get their own.
--
-- needs: prelude
--
-- KEYS  none, see slots.lua
-- ARGV  prefix, then for each slot its tag, how many keys follow, the keys
-- Reply swept, then names and values: expired, rewritten (how many keys), away (how many slots are not on this node)
local base = ARGV[1]
now = redis_time()
local expired, rewritten, away = 0, 0, 0

local function sweep(first, last)
  if failed(try('EXISTS', prefix .. 'nothing')) then
    away = away + 1
    return
  end
  local place, deadlines, grace_then = unpack(call('HMGET', prefix .. 'ledger', 'place', 'deadlines', 'grace'))
  local clock = match(place or '', '^%d+ %d+ %d+ (%d+)$')
  if not clock then
    return
  end
  load_deadline_state(deadlines or 'held', grace_then or 0, false, nil)
  local expired_before = tonumber(clock) - 2000
  for i = first, last do
    local key = ARGV[i]
    local deadline, held = source_deadline(key)
    if deadline and held then
      if deadline <= expired_before or native_deadlines and deadline + grace <= now then
        call('UNLINK', key)
        expired = expired + 1
      elseif native_deadlines then
        call('PEXPIREAT', key, int(deadline + grace))
        rewritten = rewritten + 1
      end
    end
  end
end

local i = 2
while i <= #ARGV do
  prefix = base .. '{' .. ARGV[i] .. '}'
  local last = i + 1 + tonumber(ARGV[i + 1])
  sweep(i + 2, last)
  i = last + 1
end
return { 'swept', 'expired', int(expired), 'rewritten', int(rewritten), 'away', int(away) }
