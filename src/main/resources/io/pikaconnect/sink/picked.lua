-- Deletes the keys of one node that a delete with a limit has picked, and takes their slots past its barrier.
--
-- needs: prelude
--
-- KEYS  none, see slots.lua
-- ARGV  prefix, epoch, sequence of the barrier, newest source time applied on the partition; then for each slot its tag, the
--       sequence at which it has to be, how many keys follow, the keys
-- Reply picked, then names and values:
--       results  a list: for each slot done, away, or refused (it is not there), and its place
local base, epoch, sequence, clock = unpack(ARGV, 1, 4)
local results = {}

local function result(status, place)
  results[#results + 1] = status
  results[#results + 1] = place or '-'
end

local function delete(expected, first, last)
  if failed(try('EXISTS', prefix .. 'nothing')) then
    return result('away')
  end
  local text = call('HGET', prefix .. 'ledger', 'place')
  local of_epoch, at, _, slot_clock = match(text or '', '^(%d+) (%d+) (%d+) (%d+)$')
  if of_epoch == epoch and tonumber(at) >= tonumber(sequence) then
    return result('done', text)
  elseif of_epoch ~= epoch or at ~= expected then
    return result('refused', text)
  end
  for k = first, last do
    call('UNLINK', ARGV[k])
  end
  local place = format('%s %s 0 %.0f', epoch, sequence, math.max(tonumber(clock), tonumber(slot_clock)))
  call('HSET', prefix .. 'ledger', 'place', place)
  result('done', place)
end

local i = 5
while i <= #ARGV do
  prefix = base .. '{' .. ARGV[i] .. '}'
  local last = i + 2 + tonumber(ARGV[i + 2])
  delete(ARGV[i + 1], i + 3, last)
  i = last + 1
end
return { 'picked', 'results', results }
