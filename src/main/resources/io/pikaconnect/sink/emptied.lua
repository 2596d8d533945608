-- A barrier that concerns the whole db, for slots of one node: empties them, and moves each past the barrier. Each slot by
-- itself; what is done stays done when the call is repeated.
--
-- needs: prelude
--
-- KEYS  none, see slots.lua
-- ARGV  as named below: what is begin (an epoch begins), flush (FLUSHDB) or pass (nothing is deleted); clock is the newest
--       source time applied on the partition, mark as in marks.lua; topic and cluster are whose ledgers they are, '-' if the
--       Kafka cluster is not known; then for each slot its tag and number, sequence and commands done where its ledger must be
-- Reply emptied, then names and values:
--       results  a list: for each slot its status, and its place. It is done, paused, away, refused (the ledger is at another
--                place), void (it is in a later epoch), not-empty (there is no ledger, but a key, which stands instead of the
--                place), or empty (it has nothing but its ledger, so a FLUSHDB has nothing to do and it may stay where it is)
local base, what, epoch, sequence, clock, mark, most_ms, on_not_empty, topic, cluster = unpack(ARGV, 1, 10)
local FIRST_SLOT, PER_SLOT = 11, 4
limit_time(tonumber(most_ms))
local results = {}

local function result(status, place)
  results[#results + 1] = status
  results[#results + 1] = place or '-'
end

-- Keys that stay: the ledger, what the sink keeps for the whole cluster, and of the same epoch what others may still take.
local function stays(key)
  return key == prefix .. 'ledger' or starts_with(key, base .. '{control}')
    or what == 'flush' and (key == prefix .. 'given' or key == prefix .. 'giving')
end

-- Whether nothing is left in the slot but these.
local function empty(slot)
  repeat
    local keys, others = call('CLUSTER', 'GETKEYSINSLOT', slot, '1000'), {}
    for _, key in ipairs(keys) do
      if not stays(key) then
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

-- A key of a slot that has no ledger of ours.
local function stranger(slot, ledger)
  for _, key in ipairs(call('CLUSTER', 'GETKEYSINSLOT', slot, '1000')) do
    if key == ledger or not starts_with(key, base) then
      return key
    end
  end
end

local function move(slot, known_sequence, known_done)
  local ledger = prefix .. 'ledger'
  local exist = try('EXISTS', prefix .. 'nothing', ledger)
  if failed(exist) then
    return result('away')
  elseif what == 'flush' and exist == 1 and call('CLUSTER', 'COUNTKEYSINSLOT', slot) == 1 then
    return result('empty')
  end
  local text, of_topic, of_cluster = unpack(call('HMGET', ledger, 'place', 'topic', 'cluster'))
  if of_topic and of_topic ~= topic or of_cluster and cluster ~= '-' and of_cluster ~= cluster then
    text = nil
  end
  local of_epoch, at, done, slot_clock = match(text or '', '^(%d+) (%d+) (%d+) (%d+)$')
  of_epoch = tonumber(of_epoch)
  if what == 'begin' then
    if of_epoch == tonumber(epoch) then
      return result('done', text)
    elseif of_epoch and of_epoch > tonumber(epoch) then
      return result('void', text)
    end
    local key = not of_epoch and on_not_empty ~= 'clear' and stranger(slot, ledger)
    if key then
      return result('not-empty', key)
    end
  elseif of_epoch ~= tonumber(epoch) then
    return result('refused', text)
  elseif tonumber(at) >= tonumber(sequence) then
    return result('done', text)
  elseif what == 'pass' and (at ~= known_sequence or done ~= known_done) then
    return result('refused', text)
  end
  call('DEL', prefix .. 'nothing') -- for a Redis that is out of memory
  if what ~= 'pass' and not empty(slot) then
    return result('paused', text)
  end
  local place = format('%s %s 0 %s', epoch, sequence, clock)
  if what == 'begin' then
    call('DEL', ledger)
    call('HSET', ledger, 'place', place, 'mark', mark, 'topic', topic)
    if cluster ~= '-' then
      call('HSET', ledger, 'cluster', cluster)
    end
  else
    place = format('%s %s 0 %.0f', epoch, sequence, math.max(tonumber(clock), tonumber(slot_clock)))
    call('HSET', ledger, 'place', place)
  end
  return result('done', place)
end

for i = FIRST_SLOT, #ARGV, PER_SLOT do
  prefix = base .. '{' .. ARGV[i] .. '}'
  if i > FIRST_SLOT and out_of_time() then
    result('paused')
  else
    move(unpack(ARGV, i + 1, i + 3))
  end
end
return { 'emptied', 'results', results }
