-- Reads the ledgers of slots of one node.
--
-- needs: prelude
--
-- KEYS  none, see slots.lua
-- ARGV  prefix, then tags of slots
-- Reply places, then names and values:
--       results  a list: for each slot place, mark (see marks.lua), '-' where there is none; away, error if the slot is not here
local results = {}
for i = 2, #ARGV do
  local own = ARGV[1] .. '{' .. ARGV[i] .. '}'
  local n = #results
  local probe = try('EXISTS', own .. 'nothing')
  if failed(probe) then
    results[n + 1], results[n + 2] = 'away', probe.err
  else
    local place, mark = unpack(call('HMGET', own .. 'ledger', 'place', 'mark'))
    results[n + 1], results[n + 2] = place or '-', mark or '-'
  end
end
return { 'places', 'results', results }
