-- A barrier that concerns the whole db, for slots of one node: empties them, and moves each past the barrier. Each slot by
-- itself; what is done stays done when the call is repeated.
--
-- needs: prelude
--
-- KEYS  none, see slots.lua
-- ARGV  as named below: what is begin (an epoch begins), flush (FLUSHDB) or pass (nothing is deleted); clock is the newest
--       source time applied on the partition, mark as in marks.lua; then for each slot its tag and number
-- Reply emptied, then names and values:
--       results  a list: for each slot done, paused, away or refused (its ledger is not of the epoch), and its place
local base, what, epoch, sequence, clock, mark, most_ms = unpack(ARGV, 1, 7)
limit_time(tonumber(most_ms))
local results = {}

local function result(status, place)
  results[#results + 1] = status
  results[#results + 1] = place or '-'
end

-- Whether nothing is left in the slot but its ledger, and what the sink keeps for the whole cluster.
local function empty(slot, ledger)
  repeat
    local keys, others = call('CLUSTER', 'GETKEYSINSLOT', slot, '1000'), {}
    for _, key in ipairs(keys) do
      if key ~= ledger and not starts_with(key, base .. '{control}') then
        others[#others + 1] = key
      end
    end
    if #others == 0 then
      return true
    end
    call('UNLINK', unpack(others))
  until out_of_time()
  return false
end

local function move(slot)
  if failed(try('EXISTS', prefix .. 'nothing')) then
    return result('away')
  end
  local ledger = prefix .. 'ledger'
  local text = call('HGET', ledger, 'place')
  local of_epoch, at, done, slot_clock = match(text or '', '^(%d+) (%d+) (%d+) (%d+)$')
  of_epoch = tonumber(of_epoch)
  if what == 'begin' then
    if of_epoch and of_epoch >= tonumber(epoch) then
      return result('done', text)
    end
  elseif of_epoch ~= tonumber(epoch) then
    return result('refused', text)
  elseif tonumber(at) >= tonumber(sequence) then
    return result('done', text)
  end
  call('DEL', prefix .. 'nothing') -- for a Redis that is out of memory
  if what ~= 'pass' and not empty(slot, ledger) then
    return result('paused', text)
  end
  local place = format('%s %s 0 %s', epoch, sequence, clock)
  if what == 'begin' then
    call('DEL', ledger)
    call('HSET', ledger, 'place', place, 'mark', mark)
  else
    place = format('%s %s 0 %.0f', epoch, sequence, math.max(tonumber(clock), tonumber(slot_clock)))
    call('HSET', ledger, 'place', place)
  end
  return result('done', place)
end

for i = 8, #ARGV, 2 do
  prefix = base .. '{' .. ARGV[i] .. '}'
  if i > 8 and out_of_time() then
    result('paused')
  else
    move(ARGV[i + 1])
  end
end
return { 'emptied', 'results', results }
