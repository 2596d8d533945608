-- Notes in slots of one node up to where the topic is applied, so that a restart need not read what is before that.
--
-- needs: prelude
--
-- A slot's field mark is offset, sequence and position of the partition: everything of the partition before that Kafka offset is
-- applied, as far as it concerns this slot. A slot that came back older than it was, by a failover, has the mark of that time.
--
-- KEYS  none, see slots.lua
-- ARGV  as named below: clock is the newest source time applied on the partition; then for each slot its tag, and the sequence
--       that it must have
-- Reply marks, then names and values:
--       lost     a list: tags of slots that do not have that sequence
--       away     a list: tags of slots that are not on this node
local base, epoch, mark, clock = unpack(ARGV, 1, 4)
local offset = tonumber(match(mark, '^%d+'))
local lost, away = {}, {}
for i = 5, #ARGV, 2 do
  prefix = base .. '{' .. ARGV[i] .. '}'
  if failed(try('EXISTS', prefix .. 'nothing')) then
    away[#away + 1] = ARGV[i]
  else
    local ledger = prefix .. 'ledger'
    local place, before = unpack(call('HMGET', ledger, 'place', 'mark'))
    local of_epoch, sequence, done, slot_clock = match(place or '', '^(%d+) (%d+) (%d+) (%d+)$')
    if of_epoch ~= epoch or tonumber(sequence) < tonumber(ARGV[i + 1]) then
      lost[#lost + 1] = ARGV[i]
    elseif tonumber(match(before or '', '^%d+') or -1) < offset then
      lift_memory_limit()
      local newest = math.max(tonumber(slot_clock), tonumber(clock))
      call('HSET', ledger, 'mark', mark, 'place', format('%s %s %s %.0f', of_epoch, sequence, done, newest))
    end
  end
end
return { 'marks', 'lost', lost, 'away', away }
