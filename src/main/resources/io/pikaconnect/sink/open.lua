-- Makes the ledger where there is none and may be one, and claims a partition in it.
--
-- KEYS  ledger
-- ARGV  prefix, connector, topic, partition, token held so far or '-', random part of a new token, grace,
--       on.target.not.empty, rebuild
-- Reply claimed    token, field, epoch, grace, caught, now
--       zombie     field            somebody else claimed after me
--       never      -                no ledger, and rebuild=never
--       notempty   key              no ledger, and the db holds this key
--       other      connector, topic
--       format     version
local FORMAT = '1'
local ledger = KEYS[1]
prefix = A[1]
local connector, topic, partition, mine, random, new_grace, not_empty, rebuild = unpack(A, 2, 9)
now = redis_time()

-- Nothing below may be refused by an ACL in the middle of a batch: each command is tried here, on a key of our own.
local function rehearse()
  local k = prefix .. 'nothing'
  call('DEL', k)
  call('SET', k, 'x', 'KEEPTTL')
  call('SETRANGE', k, '0', 'x')
  call('MSET', k, 'x')
  call('STRLEN', k)
  call('GET', k)
  call('TYPE', k)
  expiry(k)
  call('PEXPIREAT', k, int(now + 1000))
  call('UNLINK', k)
  call('ZADD', k, '1', 'x')
  call('ZRANGEBYSCORE', k, '-inf', '0', 'WITHSCORES', 'LIMIT', 0, 1)
  call('ZRANGE', k, 1, 1)
  call('ZCARD', k)
  call('ZREM', k, 'x')
  call('SCARD', k)
  call('SREM', k, 'x')
  call('ZUNIONSTORE', k, '1', k)
  call('XLEN', k)
  call('HRANDFIELD', k)
  call('HSET', k, 'x', '1')
  call('HGET', k, 'x')
  call('HDEL', k, 'x')
  call('PERSIST', k)
  call('HGETALL', ledger)
  call('INFO', 'keyspace')
end

lift_memory_limit()
rehearse()
local version, owner_connector, owner_topic, epoch = unpack(call('HMGET', ledger, 'format', 'connector', 'topic', 'epoch'))
local exists = call('EXISTS', ledger) == 1
if exists and version ~= FORMAT then
  return { 'format', version or '-' }
elseif exists and (owner_connector ~= connector or owner_topic ~= topic) then
  return { 'other', owner_connector or '-', owner_topic or '-' }
elseif not exists then
  if rebuild == 'never' then
    return { 'never', '-' }
  end
  local key = foreign_key()
  if key and not_empty ~= 'clear' then
    return { 'notempty', key }
  end
  call('HSET', ledger, 'format', FORMAT, 'connector', connector, 'topic', topic, 'grace', new_grace)
end
if not epoch and not_empty == 'clear' and foreign_key() then
  call('HSET', ledger, 'unclean', '1')
end

local f = read_field(call('HGET', ledger, 'p' .. partition))
local number = tonumber(match(f.owner, '^(%d+):')) or 0
if mine == '-' or f.owner ~= mine then
  local my_number = tonumber(match(mine, '^(%d+):'))
  if my_number and number >= my_number then
    return { 'zombie', field_text(f) }
  end
  f.owner = int(number + 1) .. ':' .. random
  call('HSET', ledger, 'p' .. partition, field_text(f))
end
local rest = call('HMGET', ledger, 'grace', 'caught')
return { 'claimed', f.owner, field_text(f), epoch or '-', rest[1], rest[2] or '-', int(now) }
