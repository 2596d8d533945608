-- Makes the ledger where there is none and may be one, and claims a partition in it. Whoever is refused has changed
-- nothing.
--
-- A claim names the owner that it has seen, and is refused when that is another one by now: a claim that arrives late, from
-- a task that has lost the partition in the meantime, must not stop the one that has it.
--
-- KEYS  ledger
-- ARGV  prefix, connector, topic, partition, token held so far or '-', random part of a new token, grace,
--       on.target.not.empty, rebuild, expiry.mode, 1 if that was given by the user, the partition's owner as it was seen or
--       '-', ledger.takeover, id of the Kafka cluster or '-'
-- Reply claimed    token, field, epoch, grace, caught, now, deadlines, writer, epochs that are passed over,
--                           the epoch before and its writer
--       moved      field            the owner is no longer the one that was seen
--       zombie     field            somebody else claimed after me
--       never      -                no ledger, and rebuild=never
--       notempty   key              no ledger, and the db holds this key
--       other      connector, topic
--       cluster    id of the Kafka cluster
--       format     version
--       decide     -                a ledger of format 1 that has been caught up, and nobody said which expiry.mode
--       deadline   what            the server does not keep a held deadline
--       released   -                expiry.mode=held on a Redis that ends keys itself
--
-- Format 1 kept no deadlines field, and a sorted set due:<partition> for each partition: deadlines were held only where a
-- key stood in it. Until such a ledger was caught up nobody used the db; then applications may write to it, and what they
-- write must not be held.
local FORMAT, FIRST_FORMAT = '2', '1'
local ledger = KEYS[1]
prefix = A[1]
local connector, topic, partition, mine, random, new_grace, not_empty, rebuild, mode, given = unpack(A, 2, 11)
local seen, takeover, cluster = A[12], A[13], A[14]
now = redis_time()

local version, owner_connector, owner_topic, owner_cluster, epoch, caught, deadlines =
  unpack(call('HMGET', ledger, 'format', 'connector', 'topic', 'cluster', 'epoch', 'caught', 'deadlines'))
local exists = call('EXISTS', ledger) == 1
local f = read_field(call('HGET', ledger, 'p' .. partition))
local number = tonumber(match(f.owner, '^(%d+):')) or 0
local my_number = tonumber(match(mine, '^(%d+):'))

if exists and version ~= FORMAT and version ~= FIRST_FORMAT then
  return { 'format', version or '-' }
elseif exists and (owner_topic ~= topic or owner_connector ~= connector and owner_connector ~= takeover) then
  return { 'other', owner_connector or '-', owner_topic or '-' }
elseif exists and owner_cluster and cluster ~= '-' and owner_cluster ~= cluster then
  return { 'cluster', owner_cluster }
elseif f.owner ~= seen then
  return { 'moved', field_text(f) }
elseif f.owner ~= mine and my_number and number >= my_number then
  return { 'zombie', field_text(f) }
elseif exists and version == FIRST_FORMAT and caught and mode == 'held' and given ~= '1' then
  return { 'decide', '-' }
elseif exists and mode == 'held' and (deadlines == 'releasing' or deadlines == 'native') then
  return { 'released', '-' }
elseif not exists and rebuild == 'never' then
  return { 'never', '-' }
end
local key = not exists and foreign_key()
if key and not_empty ~= 'clear' then
  return { 'notempty', key }
end

lift_memory_limit()
rehearse(call)
local cut = cut_deadline()
if cut then
  return { 'deadline', cut }
end
if not exists then
  call('HSET', ledger, 'format', FORMAT, 'connector', connector, 'topic', topic, 'grace', new_grace, 'deadlines', 'held')
elseif version == FIRST_FORMAT then
  deadlines = caught and mode == 'native' and 'releasing' or 'holding'
  call('HSET', ledger, 'format', FORMAT, 'deadlines', deadlines)
end
if exists and owner_connector ~= connector then
  call('HSET', ledger, 'connector', connector)
end
if cluster ~= '-' and not owner_cluster then
  call('HSET', ledger, 'cluster', cluster)
end
call('UNLINK', prefix .. 'due:' .. partition)
if call('HGET', ledger, 'ready') == '1' then
  call('HSET', ledger, 'ready', '0')
end
if not epoch and not_empty == 'clear' and foreign_key() then
  call('HSET', ledger, 'unclean', '1')
end

if f.owner ~= mine or mine == '-' then
  f.owner = int(number + 1) .. ':' .. random
end
f.fresh = 0 -- it is not known what waits
call('HSET', ledger, 'p' .. partition, field_text(f))
local rest = call('HMGET', ledger, 'grace', 'caught', 'deadlines', 'writer', 'passed', 'former')
return { 'claimed', f.owner, field_text(f), epoch or '-', rest[1], rest[2] or '-', int(now), rest[3] or 'holding',
  rest[4] or '-', rest[5] or '', rest[6] or '-' }
