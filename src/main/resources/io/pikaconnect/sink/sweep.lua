-- One page of the walk over the db. It ends keys that are over; in a walk that holds or releases it also gives the others
-- the deadline that they have from then on. Each key is looked at and changed here, in one script, so that a change that
-- was applied in the meantime counts.
--
-- Whoever owns the epoch's lowest partition walks. A walk that holds or releases notes its cursor in the ledger's field
-- walk, and begins again in another process of Redis, where a cursor means something else. SCAN gives every key that was
-- there from its begin to its end; the keys of later changes have the right deadline from their birth.
--
-- KEYS  ledger
-- ARGV  prefix, partition, its owner, expiry.mode, on.long.absence, grace of the config, Redis' time less the source's,
--       cursor of a walk that only ends keys, keys in a page
-- Reply status, deadlines, next cursor, keys ended, keys given another deadline, why the release has not begun or '-',
--       microseconds that it took, 0 in a Redis whose time stands still in scripts
--       page       a page was done
--       idle       there is nothing to do now
--       refused    another is to walk
local ledger = KEYS[1]
prefix = A[1]
local partition, owner, mode, on_long_absence, new_grace = A[2], A[3], A[4], A[5], tonumber(A[6])
local began = redis_micros()
now = floor(began / 1000)
local head = call('HMGET', ledger, 'deadlines', 'grace', 'caught', 'partitions', 'walk', 'p' .. partition)
local deadlines, caught, partitions, walk = head[1] or 'holding', head[3], head[4], head[5]
local why = '-'

local function reply(status, cursor, ended, changed)
  return { status, deadlines, cursor or '0', int(ended or 0), int(changed or 0), why,
    int(redis_micros() - began) }
end

if read_field(head[6]).owner ~= owner or not partitions then
  return reply('refused')
end
local least, fresh = nil, true
for p in gmatch(partitions, '%d+') do
  if tonumber(p) < tonumber(partition) then
    return reply('refused')
  end
  local f = read_field(call('HGET', ledger, 'p' .. p))
  least = math.min(least or f.clock, f.clock)
  fresh = fresh and is_fresh(f)
end
set_deadlines(deadlines, head[2], caught, nil)

-- Deadlines are released only where no change is late by now, for a key that Redis has ended cannot be prolonged.
if mode == 'native' and (deadlines == 'held' or deadlines == 'holding') then
  local grace_then = deadlines == 'held' and new_grace or grace
  local regardless = caught and on_long_absence == 'continue'
  if not regardless and not fresh then
    why = 'not all partitions are fresh'
  elseif not regardless and tonumber(A[7]) > grace_then / 2 then
    why = "Redis' clock is " .. A[7] .. " ms ahead of the source's"
  else
    deadlines = 'releasing'
    walk = nil
    lift_memory_limit()
    call('HDEL', ledger, 'walk', 'held')
    call('HSET', ledger, 'deadlines', deadlines, 'grace', int(grace_then))
    set_deadlines(deadlines, grace_then, caught, nil)
  end
end

local over = least - 2000
local holding = deadlines == 'holding'
local walks = holding or deadlines == 'releasing'
if deadlines == 'native' or not walks and over <= 0 then
  return reply('idle')
end
local process = walks and match(call('INFO', 'server'), 'run_id:(%w+)') or '-'
local cursor = A[8]
if walks then
  cursor = walk and match(walk, '^' .. process .. ' (%d+)$') or '0'
end
if cursor == '0' and not find(call('INFO', 'keyspace'), 'expires=[1-9]') and not walks then
  return reply('idle')
end

local page = call('SCAN', cursor, 'COUNT', A[9])
local next, ended, changed = page[1], 0, 0
for _, key in ipairs(page[2]) do
  local d, held = source_deadline(key)
  if d and not starts_with(key, prefix) then
    if d <= over and (held or holding) then
      call('UNLINK', key)
      ended = ended + 1
    elseif held and native then
      call('PEXPIREAT', key, int(d + grace))
      changed = changed + 1
    elseif holding and not held then
      call('PEXPIREAT', key, int(d + HOLD))
      changed = changed + 1
    end
  end
end
if walks then
  lift_memory_limit()
  if next ~= '0' then
    call('HSET', ledger, 'walk', process .. ' ' .. next)
  else
    call('HDEL', ledger, 'walk')
    deadlines = native and 'native' or 'held'
    call('HSET', ledger, 'deadlines', deadlines)
    if native then
      call('HSET', ledger, 'released', int(now))
    elseif caught then
      call('HSET', ledger, 'held', int(now))
    end
  end
end
return reply('page', next, ended, changed)
