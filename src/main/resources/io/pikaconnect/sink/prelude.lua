-- Begins every script of the sink: the ledger's text form, the stream's clock. Behind it operations.lua, several-keys.lua,
-- conflicts.lua, then the script itself; all of them are one chunk.
-- KEYS[1] is the ledger. Nothing here runs by itself; each script sets the variables of the second block.
--
-- Rule for all scripts: redis.call may raise only before the first write. Behind it an error must come back as a
-- value, so that the ledger is written for what was applied.

local call, try = redis.call, redis.pcall
local A = ARGV
local unpack, tonumber, type, pcall = unpack, tonumber, type, pcall
local floor, format, match, gmatch, find = math.floor, string.format, string.match, string.gmatch, string.find
local sub, lower, upper, byte, rep = string.sub, string.lower, string.upper, string.byte, string.rep

local now            -- Redis' time, ms
local grace          -- ms
local prefix         -- of every key that the sink keeps for itself
local stage          -- prefix of this partition's stages
local native = false -- new deadlines are native ones
local ended_until    -- until when Redis ended keys itself, nil if it never did
local on_wrong_type, on_conflict = 'fail', 'fail'
local at_record, at_command, at_time = 0, 0, nil -- at_time: source time of the record at hand, nil in the snapshot
local several = false -- the master has a key space for each type, so a name may have several types there
local no_deadlines = false -- known that no key of this Redis has one
local discarded = {} -- record, command, what was done, error; one behind the other

-- A deadline D stands in Redis as D + HOLD, where Redis lets the key live, or as D + grace, a native one, where Redis ends
-- it. The ledger's field deadlines tells which:
--   held       all are held; where Redis ended keys itself before that, the field held tells until when
--   holding    new ones are held, others may still be native: a walk over the db holds them (a ledger of format 1)
--   releasing  new ones are native, others may still be held: a walk over the db releases them
--   native     all are native
local HOLD = 2 ^ 51
local LATEST = 2 ^ 50
local LEAST_HELD = 1.5 * 2 ^ 50 -- any held deadline is above, any native one below

-- A partition is fresh when its newest record or tick is so old at most, and stays so until the next one is overdue.
local FRESH, OVERDUE = 10000, 8000

-- Redis 6.2 has no PEXPIRETIME, and no version number here.
local EXACT = redis.REDIS_VERSION_NUM ~= nil

-- Numbers as Redis wants them: Lua's own form of large ones is 1.7953378690e+12.
local function int(n)
  return format('%.0f', n)
end

local function redis_micros()
  local t = call('TIME')
  return tonumber(t[1]) * 1000000 + tonumber(t[2])
end

local function redis_time()
  return floor(redis_micros() / 1000)
end

local function failed(reply)
  return type(reply) == 'table' and reply.err
end

local function starts_with(text, beginning)
  return sub(text, 1, #beginning) == beginning
end

---------------------------------------------------------------------------------------------------- ledger

-- A partition's field: owner sequence position offset done clock fresh at; '-' where there is none.
local function read_field(text)
  if not text then
    return { owner = '-', position = '-', offset = 0, done = 0, clock = 0, fresh = 0, at = '-' }
  end
  local owner, sequence, position, offset, done, clock, fresh, at =
    match(text, '^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+)$')
  return {
    owner = owner, sequence = tonumber(sequence), position = position, offset = tonumber(offset),
    done = tonumber(done), clock = tonumber(clock), fresh = tonumber(fresh), at = at,
  }
end

local function field_text(f)
  return format('%s %s %s %.0f %.0f %.0f %.0f %s', f.owner, f.sequence and int(f.sequence) or '-', f.position,
    f.offset, f.done, f.clock, f.fresh, f.at)
end

-- Until when a partition is fresh whose newest record or tick is of that source time; 0 if it is not. The difference is
-- Redis' time less the source's at the same moment.
local function fresh_until(time, difference)
  local here = time + difference
  if now - here > FRESH then
    return 0
  end
  return math.min(math.max(here + FRESH, now + OVERDUE), now + FRESH)
end

local function is_fresh(f)
  return now < f.fresh
end

local function all_fresh(ledger, partitions)
  for p in gmatch(partitions, '%d+') do
    if not is_fresh(read_field(call('HGET', ledger, 'p' .. p))) then
      return false
    end
  end
  return true
end

-- Lets the script's later writes pass when Redis is out of memory: only the first write is refused then.
local function lift_memory_limit()
  call('DEL', prefix .. 'nothing')
end

-- A key of the db that is not the sink's own; nil if there is none.
local function foreign_key()
  local cursor = '0'
  repeat
    local page = call('SCAN', cursor, 'COUNT', '1000')
    cursor = page[1]
    for _, key in ipairs(page[2]) do
      if not starts_with(key, prefix) then
        return key
      end
    end
  until cursor == '0'
end

---------------------------------------------------------------------------------------------------- stream's clock

local function expiry(key)
  if EXACT then
    local at = call('PEXPIRETIME', key)
    return at >= 0 and at or nil
  end
  local before, rest
  repeat -- both in one ms, or the sum may be one too low
    before = redis_time()
    rest = call('PTTL', key)
  until rest < 0 or redis_time() == before
  return rest >= 0 and before + rest or nil
end

-- The deadline that the source gave the key, nil if none; and whether it is held.
local function source_deadline(key)
  local at = expiry(key)
  if not at then
    return nil
  end
  local held = at > LEAST_HELD
  return at - (held and HOLD or grace), held
end

-- Takes over what the ledger has of deadlines.
local function set_deadlines(state, ledger_grace, caught, held)
  grace = tonumber(ledger_grace)
  native = state == 'releasing' or state == 'native'
  if native or state ~= 'held' and caught then
    ended_until = now
  else
    ended_until = tonumber(held or nil)
  end
end

-- Whether Redis may have ended, before this change came, a key that was alive at the source.
local function is_late(time)
  return ended_until ~= nil and ended_until - floor(time / 1000) * 1000 > grace
end

local function late_error(time)
  return { err = 'a change of ' .. int(time) .. ' comes at ' .. int(now), kind = 'late' }
end

-- What the source had already lost at that second is deleted before a change meets it. Equal second: alive.
local function bury(key, time)
  if no_deadlines then
    return false
  end
  local d = source_deadline(key)
  if d and floor(d / 1000) < floor(time / 1000) then
    call('UNLINK', key)
    return true
  end
  return false
end

-- Takes over what the ledger has of the master, see change/Writer.java.
local function set_writer(text)
  several = text and find(text, ';types=several', 1, true) ~= nil
end

-- The deadline as Redis gets it, as text.
local function shifted(ms)
  local d = tonumber(ms)
  d = d < 0 and 0 or d > LATEST and LATEST or floor(d)
  no_deadlines = false
  return int(d + (native and grace or HOLD))
end

local function set_deadline(key, ms)
  if not tonumber(ms) then
    return { err = 'ERR deadline is not a number' }
  end
  if call('TYPE', key).ok == 'stream' then
    return 0 -- Pika keeps no deadline of a stream, though it logs the command
  end
  return try('PEXPIREAT', key, shifted(ms))
end
