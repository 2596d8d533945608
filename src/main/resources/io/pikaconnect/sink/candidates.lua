-- Keys of one node that a delete with a limit may be about: deletes those that had expired at the source, and returns the others.
--
-- needs: prelude
--
-- KEYS  none, see slots.lua
-- ARGV  prefix, source time of the barrier, ms, or '-'; then for each slot its tag, how many keys follow, the keys
-- Reply candidates, then names and values:
--       keys   a list
--       away   a list: tags of slots that are not on this node
local base, time = ARGV[1], tonumber(ARGV[2])
local kept, away = {}, {}
now = redis_time()
local i = 3
while i <= #ARGV do
  prefix = base .. '{' .. ARGV[i] .. '}'
  local last = i + 1 + tonumber(ARGV[i + 1])
  if failed(try('EXISTS', prefix .. 'nothing')) then
    away[#away + 1] = ARGV[i]
  else
    local deadlines, grace_then, held = unpack(call('HMGET', prefix .. 'ledger', 'deadlines', 'grace', 'held'))
    load_deadline_state(deadlines or 'held', grace_then or '0', false, held)
    for k = i + 2, last do
      if not (time and delete_if_expired(ARGV[k], time)) then
        kept[#kept + 1] = ARGV[k]
      end
    end
  end
  i = last + 1
end
return { 'candidates', 'keys', kept, 'away', away }
