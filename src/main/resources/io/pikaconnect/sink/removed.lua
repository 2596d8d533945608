-- Keys of one node that a delete by pattern or type found, by slot: deletes those of slots that are before its barrier.
--
-- needs: prelude
--
-- KEYS  none, see slots.lua
-- ARGV  prefix, epoch, sequence of the barrier; then for each slot its tag, how many keys follow, the keys
-- Reply removed, then names and values:
--       away   a list: tags of slots that are not on this node
local base, epoch, sequence = unpack(ARGV, 1, 3)
local away = {}
local i = 4
while i <= #ARGV do
  prefix = base .. '{' .. ARGV[i] .. '}'
  local last = i + 1 + tonumber(ARGV[i + 1])
  if failed(try('EXISTS', prefix .. 'nothing')) then
    away[#away + 1] = ARGV[i]
  else
    local of_epoch, at = match(call('HGET', prefix .. 'ledger', 'place') or '', '^(%d+) (%d+) ')
    if of_epoch == epoch and tonumber(at) < tonumber(sequence) then
      for k = i + 2, last do
        call('UNLINK', ARGV[k])
      end
    end
  end
  i = last + 1
end
return { 'removed', 'away', away }
