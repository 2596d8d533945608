-- Has slots of one node begin their epoch again, when its barrier is read the next time: as if they were in an earlier one, whose
-- data stay until then. What they gave for commands over several slots goes, since the others will need it again.
--
-- needs: prelude
--
-- KEYS  none, see slots.lua
-- ARGV  prefix, epoch, then tags of slots
-- Reply retired, then names and values:
--       away   a list: tags of slots that are not on this node
local base, epoch = ARGV[1], ARGV[2]
local NO_EPOCH = '0 0 0 0'
local away = {}
for i = 3, #ARGV do
  prefix = base .. '{' .. ARGV[i] .. '}'
  if failed(try('EXISTS', prefix .. 'nothing')) then
    away[#away + 1] = ARGV[i]
  elseif match(call('HGET', prefix .. 'ledger', 'place') or '', '^%d+') == epoch then
    lift_memory_limit()
    call('HSET', prefix .. 'ledger', 'place', NO_EPOCH)
    call('UNLINK', prefix .. 'given', prefix .. 'giving')
  end
end
return { 'retired', 'away', away }
