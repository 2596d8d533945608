-- What becomes of a command that fails. Follows several-keys.lua.

-- Which arguments are whole numbers.
local NUMBERS = {
  incr = {}, decr = {}, incrby = { 3 }, decrby = { 3 }, hincrby = { 4 },
  setrange = { 3 }, setbit = { 3, 4 }, ['pika.setbit'] = { 3 }, ['pika.setbit0'] = { 3 },
  lset = { 3 }, lrem = { 3 }, ltrim = { 3, 4 }, lpop = { 3 }, rpop = { 3 },
  zremrangebyrank = { 3, 4 }, zpopmin = { 3 }, zpopmax = { 3 },
}
-- What reads the number that is stored: of a string, of a hash's field.
local OF_STRING = { incr = true, incrby = true, decr = true, decrby = true, incrbyfloat = true }
local OF_FIELD = { hincrby = true, hincrbyfloat = true }

-- Pika reads a counter as C's strtoll does: "" is 0, " 12", "+5" and "007" are numbers. nil if it would not, either.
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

-- A command whose numbers Redis did not take, with those that Pika reads in them; nil if there are no others.
local function with_plain_numbers(a)
  local name, changed = lower(a[1]), false
  local text = OF_STRING[name] and try('GET', a[2]) or OF_FIELD[name] and try('HGET', a[2], a[3])
  if type(text) == 'string' then
    local number
    if NUMBERS[name] then
      number = canonical(text)
    elseif text == '' then
      number = '0'
    end
    if number and number ~= text then
      changed = true
      if OF_FIELD[name] then
        try('HSET', a[2], a[3], number)
      else
        try('SET', a[2], number, 'KEEPTTL')
      end
    end
  end
  local b = { unpack(a) }
  for _, i in ipairs(NUMBERS[name] or {}) do
    local number = a[i] and canonical(a[i])
    if number and number ~= a[i] then
      b[i], changed = number, true
    end
  end
  return changed and b or nil
end

-- The closed list of what a command may meet in the data without anything being broken.
local CONFLICTS = {
  'not an integer', 'not a valid float', 'not a float', 'would overflow', 'NaN', 'out of range',
  'no such key', 'HyperLogLog', 'HLL', 'exceeds maximum allowed size', 'equal or smaller than the target stream',
}

local function kind_of(err)
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

-- Whether an error is one of type, and its command, on one key, is left out: as settle does it, without the command.
local function leave_out(err)
  if kind_of(err) == 'wrongtype' then
    discard('wrongtype skip', err)
    return true
  end
end

-- What becomes of a command that failed: another reply, or the error still, with its kind.
settle = function(a, reply)
  if reply.kind then
    return reply
  end
  local err = reply.err
  local b = (find(err, 'not an integer', 1, true) or find(err, 'not a .*float')) and with_plain_numbers(a)
  if b then
    reply = run(b)
    if not failed(reply) then
      return reply
    end
    err = reply.err
  end
  local kind = kind_of(err)
  local policy = kind == 'wrongtype' and on_wrong_type or kind == 'conflict' and on_conflict or 'fail'
  if policy == 'overwrite' then
    make_way(a)
    reply = run(a)
    if failed(reply) then
      return { err = reply.err, kind = kind_of(reply.err) }
    end
  elseif policy ~= 'skip' then
    return { err = err, kind = kind }
  end
  local row = SEVERAL_KEYS[lower(a[1])]
  if policy == 'skip' and kind == 'wrongtype' and row and row.rest then
    reply = row.rest(a)
    if failed(reply) then
      return { err = reply.err, kind = kind_of(reply.err) }
    end
  end
  discard(kind .. ' ' .. policy, err)
  return 0
end
