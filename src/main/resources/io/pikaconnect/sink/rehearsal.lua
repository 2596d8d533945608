-- Tries on a key of the sink's own what the scripts need of Redis, before anything is applied: an ACL must not refuse a
-- command in the middle of a batch. Nothing of it stays.
--
-- needs:   prelude
-- defines: rehearse, cut_deadline

-- run: redis.call, or a function that takes the same arguments and does not raise.
local function rehearse(run)
  local k = prefix .. 'nothing'
  run('DEL', k)
  run('RPOP', k)
  run('LTRIM', k, 0, 1)
  run('LRANGE', k, '0', '-1')
  run('PFCOUNT', k)
  run('SETBIT', k, 0, 0)
  run('BITOP', 'NOT', k, k)
  run('SET', k, 'x', 'KEEPTTL')
  run('SETRANGE', k, '0', 'x')
  run('MSET', k, 'x')
  run('STRLEN', k)
  run('GET', k)
  run('TYPE', k)
  run(EXACT and 'PEXPIRETIME' or 'PTTL', k)
  run('PEXPIREAT', k, int(now + 1000))
  run('UNLINK', k)
  run('ZADD', k, '1', 'x')
  run('ZRANGE', k, 1, 1)
  run('ZCARD', k)
  run('ZCOUNT', k, '-inf', '+inf')
  run('ZMSCORE', k, 'x')
  run('ZRANGEBYLEX', k, '-', '+', 'LIMIT', 0, 1)
  run('ZRANGEBYSCORE', k, '-inf', '+inf', 'LIMIT', 0, 1)
  run('ZREMRANGEBYRANK', k, 1, 1)
  run('ZREM', k, 'x')
  run('LLEN', k)
  run('SADD', k, 'x')
  run('SCARD', k)
  run('SMISMEMBER', k, 'x')
  run('SSCAN', k, '0', 'COUNT', 1)
  run('SREM', k, 'x')
  run('SPOP', k, 1)
  run('APPEND', k, 'x')
  run('GETRANGE', k, 0, 1)
  run('RENAME', k, k)
  run('EXISTS', k)
  run('DEL', k)
  run('ZUNIONSTORE', k, '1', k)
  run('XLEN', k)
  run('HRANDFIELD', k)
  run('HSET', k, 'x', '1')
  run('HSETNX', k, 'x', '1')
  run('HGET', k, 'x')
  run('HMGET', k, 'x')
  run('HEXISTS', k, 'x')
  run('HLEN', k)
  run('HKEYS', k)
  run('HDEL', k, 'x')
  run('PERSIST', k)
  run('SCAN', '0', 'MATCH', k)
  run('HGETALL', KEYS[1])
  run('INFO', 'keyspace')
  run('DBSIZE')
  run('TIME')
end

-- What the server makes of the latest deadline that may be held, as a text; nil if it keeps it.
local function cut_deadline()
  local key, latest = prefix .. 'nothing', LATEST + HOLD
  call('SET', key, 'x')
  call('PEXPIREAT', key, int(latest))
  local kept = expire_time(key)
  call('DEL', key)
  return kept ~= latest and 'a deadline of ' .. int(latest) .. ' ms becomes ' .. int(kept or -1) or nil
end
