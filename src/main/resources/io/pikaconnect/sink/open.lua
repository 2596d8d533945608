-- Creates the ledger where there is none and one may be created, and claims a partition in it. A claim that is refused has
-- changed nothing.
--
-- needs: prelude, rehearsal, restores, shadows
--
-- A claim names the owner that its task has read before, and is refused when the owner is another one by now: a claim that
-- arrives late, from a task that has lost the partition since, must not stop the task that has it.
--
-- KEYS  ledger
-- ARGV  as named below: mine is the token held so far or '-', random the random part of a new token, mode_given 1 if the
--       user has set expiry.mode, owner_read the partition's owner as it was read or '-', cluster the id of the Kafka
--       cluster or '-', keys which keys are applied under which names, see KeySettings.java; then samples, see restores.lua
-- Reply status, then names and values:
--       claimed            token, field, epoch, grace, now, deadlines, writer, passed (epochs that are passed over),
--                          former (the epoch before and its writer), partitions (of the epoch), restores (see takes_restore)
--       owner-changed      the owner is no longer the one that was read
--       superseded         field: another task claimed after this one
--       no-ledger          there is none, and rebuild=never
--       not-empty          key: there is no ledger, and the db holds this key
--       other-owner        connector, topic
--       other-cluster      cluster
--       other-keys         keys: the db has other keys than would be applied, or under other names
--       unknown-format     version
--       mode-needed        a ledger of format 1 that has been caught up, and nobody has set expiry.mode
--       deadlines-not-kept what: the server does not keep a held deadline
--       released           expiry.mode=held on a Redis that expires keys itself
--
-- Format 1 had no field deadlines, and a sorted set due:<partition> for each partition: deadlines were held only of the keys
-- in it. Until such a ledger was caught up nobody used the db; after that applications may write to it, and what they write
-- must not be held.
local FORMAT, FIRST_FORMAT = '2', '1'
local ledger = KEYS[1]
prefix = ARGV[1]
local connector, topic, partition, mine, random, new_grace, on_not_empty, rebuild, mode, mode_given, owner_read, takeover,
  cluster, keys = unpack(ARGV, 2, 15)
now = redis_time()

local version, owner_connector, owner_topic, owner_cluster, epoch, caught, deadlines, keys_there =
  unpack(call('HMGET', ledger, 'format', 'connector', 'topic', 'cluster', 'epoch', 'caught', 'deadlines', 'keys'))
local exists = call('EXISTS', ledger) == 1
local field = read_field(call('HGET', ledger, 'p' .. partition))
local claim_number = tonumber(match(field.owner, '^(%d+):')) or 0
local my_claim_number = tonumber(match(mine, '^(%d+):'))

if exists and version ~= FORMAT and version ~= FIRST_FORMAT then
  return { 'unknown-format', 'version', version or '-' }
elseif exists and (owner_topic ~= topic or owner_connector ~= connector and owner_connector ~= takeover) then
  return { 'other-owner', 'connector', owner_connector or '-', 'topic', owner_topic or '-' }
elseif exists and owner_cluster and cluster ~= '-' and owner_cluster ~= cluster then
  return { 'other-cluster', 'cluster', owner_cluster }
elseif field.owner ~= owner_read then
  return { 'owner-changed' }
elseif field.owner ~= mine and my_claim_number and claim_number >= my_claim_number then
  return { 'superseded', 'field', field_text(field) }
elseif epoch and (keys_there or '-') ~= keys then
  return { 'other-keys', 'keys', keys_there or '-' }
elseif exists and version == FIRST_FORMAT and caught and mode == 'held' and mode_given ~= '1' then
  return { 'mode-needed' }
elseif exists and mode == 'held' and (deadlines == 'releasing' or deadlines == 'native') then
  return { 'released' }
elseif not exists and rebuild == 'never' then
  return { 'no-ledger' }
end
local key = not exists and foreign_key()
if key and on_not_empty ~= 'clear' then
  return { 'not-empty', 'key', key }
end

-- A task of the first release that still runs is not to continue beside this one: it does not know what partitions give one
-- another. Its claims end, and so do the arrivals at barriers that it has noted.
local function end_other_claims()
  local fields = call('HGETALL', ledger)
  for i = 1, #fields, 2 do
    local other = match(fields[i], '^p%d+$') and read_field(fields[i + 1])
    if other and other.owner ~= '-' then
      other.owner = int((tonumber(match(other.owner, '^(%d+):')) or 0) + 1) .. ':' .. random
      other.at = '-'
      call('HSET', ledger, fields[i], field_text(other))
    end
  end
end

lift_memory_limit()
rehearse(call)
local cut = cut_deadline()
if cut then
  return { 'deadlines-not-kept', 'what', cut }
end
if not exists then
  call('HSET', ledger, 'format', FORMAT, 'connector', connector, 'topic', topic, 'grace', new_grace, 'deadlines', 'held')
elseif version == FIRST_FORMAT then
  end_other_claims()
  field.at = '-'
  deadlines = caught and mode == 'native' and 'releasing' or 'holding'
  call('HSET', ledger, 'format', FORMAT, 'deadlines', deadlines)
end
if exists and owner_connector ~= connector then
  call('HSET', ledger, 'connector', connector)
end
if cluster ~= '-' and not owner_cluster then
  call('HSET', ledger, 'cluster', cluster)
end
if not epoch and (keys_there or '-') ~= keys then -- nothing was applied yet
  call('HSET', ledger, 'keys', keys)
end
call('UNLINK', prefix .. 'due:' .. partition)
if call('HGET', ledger, 'ready') == '1' then
  call('HSET', ledger, 'ready', '0')
end
if not epoch and on_not_empty == 'clear' and foreign_key() then
  call('HSET', ledger, 'unclean', '1')
end

-- How many claims there have been. An earlier release does not note that, and changes sets without their shadows.
local function claims()
  local sum, fields = 0, call('HGETALL', ledger)
  for i = 1, #fields, 2 do
    if match(fields[i], '^p%d+$') then
      sum = sum + (tonumber(match(read_field(fields[i + 1]).owner, '^(%d+):')) or 0)
    end
  end
  return int(sum)
end

if call('HGET', ledger, 'claims') ~= claims() then
  drop_all_shadows()
end
if field.owner ~= mine or mine == '-' then
  field.owner = int(claim_number + 1) .. ':' .. random
end
field.fresh = 0 -- what waits for the partition is unknown
call('HSET', ledger, 'p' .. partition, field_text(field))
call('HSET', ledger, 'claims', claims())
local grace_now, deadlines_now, writer, passed, former, partitions =
  unpack(call('HMGET', ledger, 'grace', 'deadlines', 'writer', 'passed', 'former', 'partitions'))
return { 'claimed', 'token', field.owner, 'field', field_text(field), 'epoch', epoch or '-', 'grace', grace_now,
  'now', int(now), 'deadlines', deadlines_now or 'holding', 'writer', writer or '-', 'passed', passed or '',
  'former', former or '-', 'partitions', partitions or '-', 'restores', takes_restore({ unpack(ARGV, 16) }) }
