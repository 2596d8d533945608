-- Values as RESTORE takes them, see RestorePayload.java.
--
-- needs:   prelude
-- defines: takes_restore, restore, restored_command

local takes_restore, restore, restored_command

do

-- The command that makes the value of one key at another one.
local function command_from(from, key)
  local kind = call('TYPE', from).ok
  if kind == 'hash' then
    return { 'HSET', key, unpack(call('HGETALL', from)) }
  elseif kind == 'list' then
    return { 'RPUSH', key, unpack(call('LRANGE', from, '0', '-1')) }
  elseif kind == 'set' then
    return { 'SADD', key, unpack(call('SMEMBERS', from)) }
  end
  local command, members = { 'ZADD', key }, call('ZRANGE', from, '0', '-1', 'WITHSCORES')
  for i = 1, #members, 2 do
    command[i + 2], command[i + 3] = members[i + 1], members[i]
  end
  return command
end

-- Whether the user may call RESTORE; a script can ask that from Redis 7.0 on, and only then the log of the ACL stays empty.
local function may_restore(key)
  local asked, may = pcall(redis.acl_check_cmd or error, 'RESTORE', key, '0', '')
  return asked and may
end

-- For each sample 1 if the server takes it and has what it was made of, 0 if not. The samples are a list: payload, words of the
-- command that makes the same value of the key '-', payload, …
takes_restore = function(samples)
  local key, deadline, takes = prefix .. 'nothing', LATEST + HOLD, {}
  for i = 1, may_restore(key) and #samples or 0, 2 do
    call('DEL', key)
    local same = not failed(try('RESTORE', key, int(deadline), samples[i], 'ABSTTL')) and expire_time(key) == deadline
      and table.concat(command_from(key, '-'), ' ') == samples[i + 1]
    takes[#takes + 1] = same and '1' or '0'
  end
  call('DEL', key)
  return table.concat(takes)
end

-- Creates a key, with a deadline unless that is '-'; the error is BUSYKEY if it is there.
restore = function(key, payload, deadline)
  if deadline == '-' then
    return try('RESTORE', key, '0', payload)
  elseif not tonumber(deadline) then
    return { err = 'ERR deadline is not a number', kind = 'error' }
  end
  local at = redis_deadline(deadline)
  if tonumber(at) > now or not native_deadlines then
    return try('RESTORE', key, at, payload, 'ABSTTL')
  end
  local reply = try('RESTORE', key, '0', payload)
  return failed(reply) and reply or set_deadline_of_value(key, deadline)
end

-- The command of which a payload was made, or one that does the same.
restored_command = function(key, payload)
  local copy = prefix .. 'nothing'
  call('RESTORE', copy, '0', payload, 'REPLACE')
  local command = command_from(copy, key)
  call('UNLINK', copy)
  return command
end

end
