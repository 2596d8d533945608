-- Decides what becomes of a command that failed.
--
-- needs:   prelude, shadows, operations, several-keys
-- defines: resolve_error, skip_wrong_type

do

-- Which arguments of a command are whole numbers.
local NUMBERS = {
  incr = {}, decr = {}, incrby = { 3 }, decrby = { 3 }, hincrby = { 4 },
  setrange = { 3 }, setbit = { 3, 4 }, ['pika.setbit'] = { 3 }, ['pika.setbit0'] = { 3 },
  lset = { 3 }, lrem = { 3 }, ltrim = { 3, 4 }, lpop = { 3 }, rpop = { 3 },
  zremrangebyrank = { 3, 4 }, zpopmin = { 3 }, zpopmax = { 3 },
}
-- Commands that read the number stored in a string, in a field of a hash.
local STRING_COUNTERS = { incr = true, incrby = true, decr = true, decrby = true, incrbyfloat = true }
local HASH_COUNTERS = { hincrby = true, hincrbyfloat = true }

-- Pika reads a counter as C's strtoll does: "" is 0, and " 12", "+5" and "007" are numbers. Returns the number as Redis
-- reads it, nil if Pika would not read one, either.
local function canonical(text)
  text = match(text, '^%Z*')
  local sign, digits = match(text, '^%s*([+-]?)0*(%d*)$')
  if not sign or text ~= '' and not find(text, '%d$') then
    return nil
  end
  if digits == '' then
    return '0'
  end
  local largest = sign == '-' and '9223372036854775808' or '9223372036854775807'
  if #digits > 19 or #digits == 19 and bytes_before(largest, digits) then
    digits = largest
  end
  return (sign == '-' and '-' or '') .. digits
end

-- A command whose numbers Redis did not accept, with the numbers that Pika reads in them; nil if they are the same.
local function with_canonical_numbers(cmd)
  local name, changed = lower(cmd[1]), false
  local text = STRING_COUNTERS[name] and try('GET', cmd[2]) or HASH_COUNTERS[name] and try('HGET', cmd[2], cmd[3])
  if type(text) == 'string' then
    local number
    if NUMBERS[name] then
      number = canonical(text)
    elseif text == '' then
      number = '0'
    end
    if number and number ~= text then
      changed = true
      if HASH_COUNTERS[name] then
        try('HSET', cmd[2], cmd[3], number)
      else
        try('SET', cmd[2], number, 'KEEPTTL')
      end
    end
  end
  local copy = { unpack(cmd) }
  for _, i in ipairs(NUMBERS[name] or {}) do
    local number = cmd[i] and canonical(cmd[i])
    if number and number ~= cmd[i] then
      copy[i], changed = number, true
    end
  end
  return changed and copy or nil
end

-- Errors that the data may cause without anything being broken; the list is complete.
local CONFLICTS = {
  'not an integer', 'not a valid float', 'not a float', 'would overflow', 'NaN', 'out of range',
  'no such key', 'HyperLogLog', 'HLL', 'exceeds maximum allowed size', 'equal or smaller than the target stream',
}

local function classify(err)
  if starts_with(err, 'WRONGTYPE') and not find(err, 'HyperLogLog', 1, true) then
    return 'wrongtype'
  end
  if starts_with(err, 'ERR ') or starts_with(err, 'WRONGTYPE') or starts_with(err, 'INVALIDOBJ') then
    for i = 1, #CONFLICTS do
      if find(err, CONFLICTS[i], 1, true) then
        return 'conflict'
      end
    end
  end
  return 'error'
end

local kinds = {} -- of errors that were classified before, by their texts

-- With on.wrong.type=skip: whether an error is about a key's type, and the command, on that one key, is discarded. The same
-- as resolve_error, but without the command. So many records before it are done and not counted.
skip_wrong_type = function(err, uncounted_records)
  local kind = kinds[err] or classify(err)
  kinds[err] = kind
  if kind == 'wrongtype' then
    discard('wrongtype skip', err, uncounted_records)
    return true
  end
end

-- Returns another reply if the command can be repaired or a policy resolves its error; else the error, with its kind. It is run
-- again by run, or by that function.
resolve_error = function(cmd, reply, run_again)
  if reply.kind then
    return reply
  end
  local err = reply.err
  local copy = (find(err, 'not an integer', 1, true) or find(err, 'not a .*float')) and with_canonical_numbers(cmd)
  if copy then
    reply = run(copy)
    if not failed(reply) or reply.kind then
      return reply
    end
    err = reply.err
  end
  local kind = classify(err)
  local policy = kind == 'wrongtype' and on_wrong_type or kind == 'conflict' and on_conflict or 'fail'
  need('several-keys')
  if policy == 'overwrite' then
    delete_conflicting(cmd)
    reply = (run_again or run)(cmd)
    if reply == PAUSE then
      discard(kind .. ' ' .. policy, err)
      return reply
    elseif failed(reply) then
      return { err = reply.err, kind = classify(reply.err) }
    end
  elseif policy ~= 'skip' then
    return { err = err, kind = kind }
  end
  local row = SEVERAL_KEYS[lower(cmd[1])]
  if policy == 'skip' and kind == 'wrongtype' and row and row.when_skipped then
    reply = row.when_skipped(cmd)
    if failed(reply) then
      return { err = reply.err, kind = classify(reply.err) }
    end
  end
  discard(kind .. ' ' .. policy, err)
  return 0
end

end
