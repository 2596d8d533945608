-- One page of a walk over the db. It deletes keys that have expired by the stream's clock; while deadlines are being held or
-- released it also gives the other keys their new deadline. Each key is read and changed here, in one script, so that a
-- change that was applied in between counts.
--
-- needs: prelude, shadows
--
-- The owner of the epoch's lowest partition walks. A walk that holds or releases notes its cursor in the ledger's field
-- walk, and starts again in another process of Redis, where a cursor means something else. SCAN returns every key that is
-- present from its start to its end; keys of later changes have the right deadline from the beginning.
--
-- KEYS  ledger
-- ARGV  as named below: cursor is that of a walk that only deletes, page_size in keys, difference Redis' time less the
--       source's, ms
-- Reply page (one was done), idle (there is nothing to do now) or refused (another task is to walk), then names and values:
--       deadlines    of the ledger
--       cursor       of the next page
--       expired      keys deleted
--       rewritten    keys given another deadline
--       waits-for    why deadlines are not released yet although that is wanted, or '-'
--       micros       that it took; 0 in a Redis whose time stands still in scripts
local ledger = KEYS[1]
prefix = ARGV[1]
local partition, owner, mode, on_long_absence, new_grace, difference, cursor, page_size = unpack(ARGV, 2, 9)
new_grace = tonumber(new_grace)
local began = redis_micros()
now = floor(began / 1000)
local deadlines, ledger_grace, caught, partitions, walk, own =
  unpack(call('HMGET', ledger, 'deadlines', 'grace', 'caught', 'partitions', 'walk', 'p' .. partition))
deadlines = deadlines or 'holding'
local waits_for = '-'

local function answer(status, next_cursor, expired, rewritten)
  return { status, 'deadlines', deadlines, 'cursor', next_cursor or '0', 'expired', int(expired or 0),
    'rewritten', int(rewritten or 0), 'waits-for', waits_for, 'micros', int(redis_micros() - began) }
end

if read_field(own).owner ~= owner or not partitions then
  return answer('refused')
end
local least, fresh = nil, true
for p in gmatch(partitions, '%d+') do
  if tonumber(p) < tonumber(partition) then
    return answer('refused')
  end
  local field = read_field(call('HGET', ledger, 'p' .. p))
  least = math.min(least or field.clock, field.clock)
  fresh = fresh and is_fresh(field)
end
load_deadline_state(deadlines, ledger_grace, caught, nil)
drop_void_shadow()

-- Deadlines are released only while no change is late, because a key that Redis has expired cannot be extended.
if mode == 'native' and (deadlines == 'held' or deadlines == 'holding') then
  local grace_then = deadlines == 'held' and new_grace or grace
  local regardless = caught and on_long_absence == 'continue'
  if not regardless and not fresh then
    waits_for = 'not all partitions are fresh'
  elseif not regardless and tonumber(difference) > grace_then / 2 then
    waits_for = "Redis' clock is " .. difference .. " ms ahead of the source's"
  else
    deadlines = 'releasing'
    walk = nil
    lift_memory_limit()
    call('HDEL', ledger, 'walk', 'held')
    call('HSET', ledger, 'deadlines', deadlines, 'grace', int(grace_then))
    load_deadline_state(deadlines, grace_then, caught, nil)
  end
end

local expired_before = least - 2000
local holding = deadlines == 'holding'
local rewrites = holding or deadlines == 'releasing'
if deadlines == 'native' or not rewrites and expired_before <= 0 then
  return answer('idle')
end
local process = rewrites and redis_process() or '-'
if rewrites then
  cursor = walk and match(walk, '^' .. process .. ' (%d+)$') or '0'
end
if cursor == '0' and not find(call('INFO', 'keyspace'), 'expires=[1-9]') and not rewrites then
  return answer('idle')
end

local page = call('SCAN', cursor, 'COUNT', page_size)
local next_cursor, expired, rewritten = page[1], 0, 0
for _, key in ipairs(page[2]) do
  local deadline, held = source_deadline(key)
  if deadline and not starts_with(key, prefix) then
    if deadline <= expired_before and (held or holding) then
      call('UNLINK', key)
      expired = expired + 1
    elseif held and native_deadlines then
      if deadline + grace > now then
        call('PEXPIREAT', key, int(deadline + grace))
      else
        call('UNLINK', key) -- PEXPIREAT would delete it at once, and not in the background
      end
      rewritten = rewritten + 1
    elseif holding and not held then
      call('PEXPIREAT', key, int(deadline + HOLD))
      rewritten = rewritten + 1
    end
  end
end
if rewrites then
  lift_memory_limit()
  if next_cursor ~= '0' then
    call('HSET', ledger, 'walk', process .. ' ' .. next_cursor)
  else
    call('HDEL', ledger, 'walk')
    deadlines = native_deadlines and 'native' or 'held'
    call('HSET', ledger, 'deadlines', deadlines)
    if native_deadlines then
      call('HSET', ledger, 'released', int(now))
    elseif caught then
      call('HSET', ledger, 'held', int(now))
    end
  end
end
return answer('page', next_cursor, expired, rewritten)
