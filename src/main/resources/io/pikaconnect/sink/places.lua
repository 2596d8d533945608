-- Reads the ledgers of slots of one node.
--
-- needs: prelude
--
-- KEYS  none, see slots.lua
-- ARGV  prefix, then tags of slots
-- Reply places, then names and values:
--       results  a list: for each slot place, mark (see marks.lua), topic and Kafka cluster that it is of, deadlines; '-' where
--                there is none; away, error, '-', '-', '-' if the slot is not here
local results = {}
for i = 2, #ARGV do
  local own = ARGV[1] .. '{' .. ARGV[i] .. '}'
  local n = #results
  local probe = try('EXISTS', own .. 'nothing')
  local place, mark, topic, cluster, deadlines
  if failed(probe) then
    place, mark = 'away', probe.err
  else
    place, mark, topic, cluster, deadlines =
      unpack(call('HMGET', own .. 'ledger', 'place', 'mark', 'topic', 'cluster', 'deadlines'))
  end
  results[n + 1], results[n + 2], results[n + 3] = place or '-', mark or '-', topic or '-'
  results[n + 4], results[n + 5] = cluster or '-', deadlines or '-'
end
return { 'places', 'results', results }
