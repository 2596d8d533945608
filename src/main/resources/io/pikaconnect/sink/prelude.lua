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
local grace, horizon -- ms
local prefix         -- of every key that the sink keeps for itself
local due            -- sorted set: key -> its deadline at the source, for keys whose deadline here is a long way off
local stage          -- prefix of this partition's stages
local caught = false -- is the record at hand young?
local on_wrong_type, on_conflict = 'fail', 'fail'
local at_record, at_command, at_time = 0, 0, nil -- at_time: source time of the record at hand, nil in the snapshot
local no_deadlines = false -- known that no key of this Redis has one
local new_due = {}   -- deadline, key; for the due set
local discarded = {} -- record, command, what was done, error; one behind the other

-- A deadline D stands in Redis as D + FAR while the stream is behind, as D + grace else.
local FAR = 2 ^ 51
local LATEST = 2 ^ 50

-- Redis 6.2 has no PEXPIRETIME, and no version number here.
local EXACT = redis.REDIS_VERSION_NUM ~= nil

-- Numbers as Redis wants them: Lua's own form of large ones is 1.7953378690e+12.
local function int(n)
  return format('%.0f', n)
end

local function redis_time()
  local t = call('TIME')
  return tonumber(t[1]) * 1000 + floor(tonumber(t[2]) / 1000)
end

local function failed(reply)
  return type(reply) == 'table' and reply.err
end

local function starts_with(text, beginning)
  return sub(text, 1, #beginning) == beginning
end

---------------------------------------------------------------------------------------------------- ledger

-- A partition's field: owner sequence position offset done clock young at; '-' where there is none.
local function read_field(text)
  if not text then
    return { owner = '-', position = '-', offset = 0, done = 0, clock = 0, young = 0, at = '-' }
  end
  local owner, sequence, position, offset, done, clock, young, at =
    match(text, '^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+)$')
  return {
    owner = owner, sequence = tonumber(sequence), position = position, offset = tonumber(offset),
    done = tonumber(done), clock = tonumber(clock), young = tonumber(young), at = at,
  }
end

local function field_text(f)
  return format('%s %s %s %.0f %.0f %.0f %.0f %s', f.owner, f.sequence and int(f.sequence) or '-', f.position,
    f.offset, f.done, f.clock, f.young, f.at)
end

local function is_young(time)
  return now - time < grace / 2
end

-- A partition is caught up when the last record or tick it applied was young, and not longer ago than 30 s.
local function is_caught(f)
  return f.young > 0 and now - f.young <= 30000
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

-- The deadline that the source gave the key; nil if none.
local function source_deadline(key)
  local at = expiry(key)
  if not at then
    return nil
  end
  return at - now > FAR / 2 and at - FAR or at - grace
end

local function is_far_deadline(key, deadline)
  local at = expiry(key)
  return at ~= nil and (EXACT and at == deadline + FAR or not EXACT and math.abs(at - deadline - FAR) < 20)
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

-- The deadline as Redis gets it, as text; notes the key as due if it is a far one.
local function shifted(key, ms)
  local d = tonumber(ms)
  d = d < 0 and 0 or d > LATEST and LATEST or floor(d)
  no_deadlines = false
  if caught or d - now > horizon then
    return int(d + grace)
  end
  local n = #new_due
  new_due[n + 1], new_due[n + 2] = int(d), key
  return int(d + FAR)
end

local function set_deadline(key, ms)
  if not tonumber(ms) then
    return { err = 'ERR deadline is not a number' }
  end
  if call('TYPE', key).ok == 'stream' then
    return 0 -- Pika keeps no deadline of a stream, though it logs the command
  end
  return try('PEXPIREAT', key, shifted(key, ms))
end

-- An entry too many does no harm: it acts only if the key's deadline is exactly that.
local function write_due()
  for i = 1, #new_due, 2000 do
    call('ZADD', due, unpack(new_due, i, math.min(i + 1999, #new_due)))
  end
  new_due = {}
end

-- Ends keys whose deadline the clock has passed; gives the others, once caught up, their deadline + grace.
local function sweep(clock, is_caught_up, limit)
  local over = int(clock - 2000)
  local entries = call('ZRANGEBYSCORE', due, '-inf', over, 'WITHSCORES', 'LIMIT', 0, limit)
  local ended = #entries / 2
  if is_caught_up and ended < limit then
    local rest = call('ZRANGEBYSCORE', due, '(' .. over, '+inf', 'WITHSCORES', 'LIMIT', 0, limit - ended)
    for i = 1, #rest do
      entries[#entries + 1] = rest[i]
    end
  end
  for i = 1, #entries, 2 do
    local key, d = entries[i], tonumber(entries[i + 1])
    if is_far_deadline(key, d) then
      if i < 2 * ended then
        call('UNLINK', key)
      else
        call('PEXPIREAT', key, int(d + grace))
      end
    end
    call('ZREM', due, key)
  end
end
