-- What becomes of a command that fails. Follows several-keys.lua.

local COUNTERS = { incr = true, incrby = true, decr = true, decrby = true }

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

-- What becomes of a command that failed: another reply, or the error still, with its kind.
settle = function(a, reply)
  if reply.kind then
    return reply
  end
  local err = reply.err
  if COUNTERS[lower(a[1])] and find(err, 'not an integer', 1, true) then
    local text = try('GET', a[2])
    local number = type(text) == 'string' and canonical(text)
    if number and number ~= text then
      try('SET', a[2], number, 'KEEPTTL')
      reply = try(unpack(a))
      if not failed(reply) then
        return reply
      end
      err = reply.err
    end
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
