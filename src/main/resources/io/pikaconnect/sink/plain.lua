-- What a record needs that has one command, and perhaps a deadline: most have.
--
-- needs:   prelude, shadows, operations
-- defines: run_plain, is_noted_set, set_until, some_exist, unresolved_error

local run_plain, is_noted_set

-- The SET of a record that is a SET and a deadline.
local function set_until(deadline, key, value)
  return { 'SET', key, value, 'PXAT', redis_deadline(deadline) }
end

-- Whether some of the keys exist. Mostly all do, or none does, so a few are asked for before the others.
local function some_exist(values)
  local first, rest = {}, {}
  for i = 1, #values, 2 do
    local part = i < 16 and first or rest
    part[#part + 1] = values[i]
  end
  return call('EXISTS', unpack(first)) > 0 or #rest > 0 and call('EXISTS', unpack(rest)) > 0
end

-- The error in a reply, if there is one and no policy resolves it.
local function unresolved_error(reply, command)
  if type(reply) == 'table' and reply.err then
    reply = resolve_error(command, reply)
    return failed(reply) and reply or nil
  end
end

do

-- By name: whether a command needs more than Redis' own.
local function always()
  return true
end
local function has_notes_of_sets()
  return has_uncounted() or has_shadows()
end
local function has_count(_, count)
  return count ~= nil
end
local function set_needs_operation(key, _, option)
  if not option then
    make_way(key)
  end
  return several_types
end
local function if_several_types()
  return several_types
end
local needs_operation = {
  sadd = has_notes_of_sets, srem = has_notes_of_sets, del = always, zremrangebyscore = always, zremrangebyrank = always,
  set = set_needs_operation, setnx = if_several_types, lpop = has_count, rpop = has_count, zpopmin = has_count,
  zpopmax = has_count,
}

-- Whether a payload of RESTORE is of a set, and notes of sets have to follow what becomes of it.
is_noted_set = function(payload)
  local form = byte(payload)
  return (form == 11 or form == 20) and has_notes_of_sets()
end

-- By Redis' own command wherever nothing else is to be done. The name is in lower case, the first argument is the key.
run_plain = function(name, key, ...)
  if source_time and not no_key_has_deadline and name ~= 'del' and not (name == 'set' and select('#', ...) == 1) then
    delete_if_expired(key, source_time)
  end
  if LOOK_AFTER[name] then
    look_at_time()
  end
  local needs = needs_operation[name]
  if needs and needs(key, ...) then
    return run({ name, key, ... })
  end
  return try(name, key, ...)
end

end
