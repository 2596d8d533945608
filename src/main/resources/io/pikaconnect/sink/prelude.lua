-- Starts every script of the sink: what all of them share. The files that a script needs (Script.java lists them) and the
-- script itself are one chunk, so locals of one file are seen by those after it.
--
-- needs:   nothing; KEYS[1] is the ledger
-- defines: locals for functions of Lua and Redis; the variables of the second block, which each script sets; the ledger's
--          text form (read_field, field_text), freshness, the stream's clock (source_deadline, delete_if_expired, ...)
--
-- Rule for all scripts: redis.call may raise only before the first write. After it an error must come back as a value, so
-- that the ledger is written for what was applied.

local call, try = redis.call, redis.pcall
local unpack, tonumber, type, pcall = unpack, tonumber, type, pcall
local floor, format, match, gmatch, find = math.floor, string.format, string.match, string.gmatch, string.find
local sub, lower, upper, byte, rep = string.sub, string.lower, string.upper, string.byte, string.rep

local now            -- Redis' time, ms
local grace          -- ms
local prefix         -- of every key that the sink keeps for itself
local stage          -- prefix of this partition's stages
local native_deadlines = false -- new deadlines are native ones
local redis_expired_until -- until when Redis expired keys itself, nil if it never did
local on_wrong_type, on_conflict = 'fail', 'fail'
local record_index, command_index = 0, 0 -- of what is being applied
local source_time    -- of the record that is being applied, nil in the snapshot
local several_types = false -- the master has a key space for each type, so a key may have several types there
local no_key_has_deadline = false -- true if it is known that none has
local discarded = {} -- flat: record, command, what was done, error, record, ...

-- A deadline D is stored in Redis as D + HOLD (held: Redis lets the key live) or as D + grace (native: Redis expires it).
-- The ledger's field deadlines has which of them there are:
--   held       all are held; if Redis expired keys itself before that, the field held has until when
--   holding    new ones are held, others may still be native: a walk over the db holds them (a ledger of format 1)
--   releasing  new ones are native, others may still be held: a walk over the db releases them
--   native     all are native
local HOLD = 2 ^ 51
local LATEST = 2 ^ 50
local LEAST_HELD = 1.5 * 2 ^ 50 -- any held deadline is above, any native one below

-- A partition is fresh if its newest record or tick is at most FRESH ms old; without another one it stays fresh at least
-- OVERDUE ms, when the next tick is overdue.
local FRESH, OVERDUE = 10000, 8000

-- Redis 6.2 has no PEXPIRETIME, and does not give scripts its version number.
local EXACT = redis.REDIS_VERSION_NUM ~= nil

-- A number as Redis reads it: Lua itself writes large ones as 1.7953378690e+12.
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

local function field_text(field)
  return format('%s %s %s %.0f %.0f %.0f %.0f %s', field.owner, field.sequence and int(field.sequence) or '-', field.position,
    field.offset, field.done, field.clock, field.fresh, field.at)
end

-- Until when a partition is fresh whose newest record or tick has that source time; 0 if it is not. The difference is
-- Redis' time less the source's at the same moment.
local function fresh_until(time, difference)
  local here = time + difference
  if now - here > FRESH then
    return 0
  end
  return math.min(math.max(here + FRESH, now + OVERDUE), now + FRESH)
end

local function is_fresh(field)
  return now < field.fresh
end

local function all_fresh(ledger, partitions)
  for p in gmatch(partitions, '%d+') do
    if not is_fresh(read_field(call('HGET', ledger, 'p' .. p))) then
      return false
    end
  end
  return true
end

-- Lets the writes that follow pass when Redis is out of memory: DEL is always allowed, and after a script's first write
-- none of its others is refused.
local function lift_memory_limit()
  call('DEL', prefix .. 'nothing')
end

-- A key of the db that is not one of the sink's own; nil if there is none.
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

local function expire_time(key)
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

-- The deadline that the key has at the source, nil if none; and whether it is held.
local function source_deadline(key)
  local at = expire_time(key)
  if not at then
    return nil
  end
  local held = at > LEAST_HELD
  return at - (held and HOLD or grace), held
end

-- Sets the variables above from what the ledger has about deadlines.
local function load_deadline_state(state, ledger_grace, caught, held)
  grace = tonumber(ledger_grace)
  native_deadlines = state == 'releasing' or state == 'native'
  if native_deadlines or state ~= 'held' and caught then
    redis_expired_until = now
  else
    redis_expired_until = tonumber(held or nil)
  end
end

-- Whether Redis may have expired, before this change came, a key that was alive at the source.
local function is_late(time)
  return redis_expired_until ~= nil and redis_expired_until - floor(time / 1000) * 1000 > grace
end

local function late_error(time)
  return { err = 'a change of ' .. int(time) .. ' comes at ' .. int(now), kind = 'late' }
end

-- Deletes the key if it had already expired at the source in that second; in the second of its deadline it is alive.
local function delete_if_expired(key, time)
  if no_key_has_deadline then
    return false
  end
  local deadline = source_deadline(key)
  if deadline and floor(deadline / 1000) < floor(time / 1000) then
    call('UNLINK', key)
    return true
  end
  return false
end

-- Sets the variables above from the ledger's writer, see change/Writer.java.
local function load_writer(text)
  several_types = text and find(text, ';types=several', 1, true) ~= nil
end

-- The deadline as Redis gets it, held or native, as text.
local function redis_deadline(ms)
  local deadline = tonumber(ms)
  deadline = deadline < 0 and 0 or deadline > LATEST and LATEST or floor(deadline)
  no_key_has_deadline = false
  return int(deadline + (native_deadlines and grace or HOLD))
end

local function set_deadline_of_value(key, ms)
  return try('PEXPIREAT', key, redis_deadline(ms))
end

local function set_deadline(key, ms)
  if not tonumber(ms) then
    return { err = 'ERR deadline is not a number' }
  end
  if call('TYPE', key).ok == 'stream' then
    return 0 -- Pika keeps no deadline of a stream, though it logs the command
  end
  return set_deadline_of_value(key, ms)
end
