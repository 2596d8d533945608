-- Starts every script of the sink: what all of them share. The files that a script needs (Script.java lists them) and the
-- script itself are one chunk, so locals of one file are seen by those after it.
--
-- needs:   nothing but names.lua, which starts every chunk; KEYS[1] is the ledger
-- defines: the variables of the first block, which each script sets; the ledger's
--          text form (read_field, field_text, not_before for positions), freshness, the time of a script (must_pause,
--          out_of_time, ...), the stream's clock (source_deadline, delete_if_expired, ...)
--
-- A chunk of Lua has at most 200 locals, so what only one file needs stands in a block (do … end) there.
--
-- Rule for all scripts: redis.call may raise only before the first write. After it an error must come back as a value, so
-- that the ledger is written for what was applied.

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

---------------------------------------------------------------------------------------------------- time of a script

-- Redis serves nobody else while a script runs, so a script pauses when its time is up: it notes in the ledger what it has
-- applied, and the next script continues. What may take long in one command is done in pages; such an operation returns
-- PAUSE between two of them, and is run again by the next script, as that script's first command. Where it is then is seen
-- in the data, or kept by save_progress.
local PAUSE = { err = 'PAUSE', kind = 'pause' }
local PAGE = 250 -- elements
local AT_ONCE = 5000 -- elements, up to which Redis' own command is used
local LOOK_EVERY = 16 -- commands

local began, began_cpu -- when the script began, microseconds, and in the process' own seconds
local most_micros, most_commands -- that a script may take; nil without a limit
local commands_begun, commands_seen = 0, 0
local has_clock, cpu = pcall(function() -- for a Redis whose time stands still in scripts
  return os.clock
end)
cpu = has_clock and cpu or nil

local function limit_time(ms, commands)
  began, began_cpu = redis_micros(), cpu and cpu()
  most_micros, most_commands = ms * 1000, commands
end

-- Asked after each page: whether the operation has to pause.
local function out_of_time()
  commands_seen = 0 -- the command after it looks at the time
  return most_micros and (redis_micros() - began >= most_micros or cpu and (cpu() - began_cpu) * 1e6 >= most_micros)
end

-- Asked before each command, of so many words: whether the script has to pause there. The first one is always done, so that
-- there is progress.
local function must_pause(words)
  commands_begun = commands_begun + 1
  if commands_begun == 1 or not most_micros then
    return false
  elseif most_commands and commands_begun > most_commands then
    return true
  end
  commands_seen = commands_seen - 1 - words / 100
  if commands_seen > 0 then
    return false
  end
  local over = out_of_time()
  commands_seen = most_micros > 0 and LOOK_EVERY or 0
  return over
end

-- Commands whose cost depends on what their keys hold.
local LOOK_AFTER = {
  append = true, setrange = true, setbit = true, linsert = true, lset = true, lrem = true, ltrim = true, lpop = true,
  rpop = true, zpopmin = true, zpopmax = true, zremrangebyscore = true, zremrangebyrank = true, pfmerge = true, bitop = true,
  sunionstore = true, sinterstore = true, sdiffstore = true, zunionstore = true, zinterstore = true, ['pika.bitop'] = true,
  ['pika.setrange'] = true, ['pika.setbit'] = true, ['pika.spop'] = true, ['pika.zremrangebylex'] = true,
  ['pika.stage'] = true, ['pika.staged'] = true, ['pika.lend'] = true, ['pika.borrow'] = true,
  ['pika.slot.lend'] = true, ['pika.slot.borrow'] = true,
}

-- The next command looks at the time, because the last one may have taken long.
local function look_at_time()
  commands_seen = 0
end

-- What an operation that paused has to know when it continues: a list. It is the operation's own if it has the place of the
-- command that is being run; there is at most one in each partition.
local progress_key, record_place -- set by the script: for the partition, and a text for the record

local function progress_place()
  return record_place() .. ':' .. int(command_index)
end

local function load_progress()
  if commands_begun > 1 then
    return nil -- only a script's first command may have been begun before
  end
  local packed = call('GET', progress_key)
  if packed then
    local progress = cmsgpack.unpack(packed)
    return progress[1] == progress_place() and { unpack(progress, 2) } or nil
  end
end

local function save_progress(...)
  call('DEL', prefix .. 'nothing') -- for a Redis that is out of memory
  call('SET', progress_key, cmsgpack.pack({ progress_place(), ... }))
end

-- What an operation keeps beside it goes, too.
local function clear_progress()
  call('UNLINK', progress_key, progress_key .. ':result', progress_key .. ':drawn', progress_key .. ':found')
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

local function parse_position(text)
  local phase, a, b, part = match(text, '^(%a)/(%d+)/(%d+)/(%d+)$')
  return { phase == 'b' and 1 or 0, tonumber(a), tonumber(b), tonumber(part) }
end

local function not_before(position_text, other_text)
  local own, other = parse_position(position_text), parse_position(other_text)
  for i = 1, 4 do
    if own[i] ~= other[i] then
      return own[i] > other[i]
    end
  end
  return true
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

-- The process of Redis: a cursor of SCAN and its like means something else in another one.
local function redis_process()
  return match(call('INFO', 'server'), 'run_id:(%w+)')
end

-- A key of the db that is not one of the sink's own; nil if there is none. It is complete once it has seen all keys: the
-- table of a db that was emptied may be large still.
local function foreign_key()
  local cursor, own, left = '0', { [KEYS[1]] = true }, call('DBSIZE') - call('EXISTS', KEYS[1])
  while left > 0 do
    local page = call('SCAN', cursor, 'COUNT', '1000')
    cursor = page[1]
    for _, key in ipairs(page[2]) do
      if not starts_with(key, prefix) then
        return key
      elseif not own[key] then
        own[key] = true
        left = left - 1
      end
    end
    if cursor == '0' then
      return nil
    end
  end
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
  local deadline = redis_deadline(ms)
  if native_deadlines and tonumber(deadline) <= now then -- Redis would delete it at once, and not in the background
    return call('UNLINK', key)
  end
  return try('PEXPIREAT', key, deadline)
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
