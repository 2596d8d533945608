-- Keys of one node that a delete by pattern or type found, by slot: deletes those of slots that are before its barrier.
--
-- needs: prelude
--
-- KEYS  none, see slots.lua
-- ARGV  prefix, epoch, sequence of the barrier; then for each slot its tag, sequence and commands done where its ledger must be,
--       how many keys follow, the keys
-- Reply removed, then names and values:
--       lost   a list: tags of slots whose ledgers are at another place
--       away   a list: tags of slots that are not on this node
local base, epoch, sequence = unpack(ARGV, 1, 3)
local lost, away = {}, {}
local i = 4
while i <= #ARGV do
  local tag, known_sequence, known_done, count = unpack(ARGV, i, i + 3)
  local last = i + 3 + tonumber(count)
  prefix = base .. '{' .. tag .. '}'
  if failed(try('EXISTS', prefix .. 'nothing')) then
    away[#away + 1] = tag
  else
    local of_epoch, at, done = match(call('HGET', prefix .. 'ledger', 'place') or '', '^(%d+) (%d+) (%d+) ')
    local is_past = of_epoch == epoch and tonumber(at) >= tonumber(sequence)
    if not is_past and (of_epoch ~= epoch or at ~= known_sequence or done ~= known_done) then
      lost[#lost + 1] = tag
    elseif not is_past then
      for k = i + 4, last do
        call('UNLINK', ARGV[k])
      end
    end
  end
  i = last + 1
end
return { 'removed', 'lost', lost, 'away', away }
