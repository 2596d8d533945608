-- Sorted shadows of sets that are popped.
--
-- needs:   prelude
-- defines: has_shadows, shadow_of, make_shadow, drop_shadow, drop_void_shadow, drop_all_shadows, add_to_shadow,
--          remove_from_shadow

-- Sets that are popped have a shadow: a sorted set of the same members, all of score 0, which finds a member by its place in
-- byte order. The hash sorted has, for each such set, how far its shadow is made and when it was last used:
--   = <ms>          complete
--   <cursor> <ms>   its SPOP waits while the shadow is made; the next page begins at that cursor
-- Every command that changes such a set changes the shadow, too, or drops it. A set that is deleted in whatever way and made
-- again is first made by one of these commands; that finds no set, so the shadow is void. A shadow that is not used for
-- long, or has no set, is dropped by the sweep, and all of them by a claim that finds that an earlier release, which knows no
-- shadows, was at work.
local some_shadows -- whether there is any; nil while not known

local function shadow_key(key)
  return prefix .. 'sorted:' .. key
end

local function has_shadows()
  if some_shadows == nil then
    some_shadows = call('EXISTS', prefix .. 'sorted') == 1
  end
  return some_shadows
end

local function drop_shadow(key)
  if has_shadows() and call('HDEL', prefix .. 'sorted', key) == 1 then
    call('UNLINK', shadow_key(key))
  end
end

-- The key of a set's shadow before the set is changed; nil if it has none.
local function shadow_of(key)
  if has_shadows() and call('HEXISTS', prefix .. 'sorted', key) == 1 then
    if call('TYPE', key).ok == 'set' then
      return shadow_key(key)
    end
    drop_shadow(key)
  end
end

local function add_to_shadow(shadow, members, first, last)
  local args = {}
  for i = first, last do
    args[#args + 1] = '0'
    args[#args + 1] = members[i]
    if #args >= 4000 or i == last then
      call('ZADD', shadow, unpack(args))
      args = {}
    end
  end
end

local function remove_from_shadow(shadow, members, first, last)
  for i = first, last, 4000 do
    call('ZREM', shadow, unpack(members, i, math.min(i + 3999, last)))
  end
end

local make_shadow, drop_void_shadow, drop_all_shadows

do

local BEGIN_OF_SCAN, COMPLETE = '0', '='
local MOST, MOST_MEMBERS = 1000, 5000000 -- shadows, and members of all together

-- Drops shadows until there is room for one more, of so many members. Those that are being made stay, or two sets that are
-- too large together would never get theirs.
local function make_room(size)
  local noted = call('HGETALL', prefix .. 'sorted')
  local count, members = #noted / 2, size
  for i = 1, #noted, 2 do
    members = members + call('ZCARD', shadow_key(noted[i]))
  end
  for i = 1, #noted, 2 do
    if count < MOST and members <= MOST_MEMBERS then
      return
    elseif starts_with(noted[i + 1], COMPLETE) then
      count, members = count - 1, members - call('ZCARD', shadow_key(noted[i]))
      drop_shadow(noted[i])
    end
  end
end

-- Makes the shadow of a set, or continues to; returns its key once it is complete, PAUSE before that. While it is made the
-- set does not change, so the shadow is complete if it has as many members.
make_shadow = function(key, size)
  local shadow, sorted = shadow_key(key), prefix .. 'sorted'
  local noted = call('HGET', sorted, key)
  local cursor, used = match(noted or '', '^(%S+) (%d+)$')
  if cursor == COMPLETE and call('ZCARD', shadow) == size then
    if now - tonumber(used) > 60000 then
      call('HSET', sorted, key, COMPLETE .. ' ' .. int(now))
    end
    return shadow
  end
  lift_memory_limit()
  if not noted then
    make_room(size)
  end
  if not cursor or cursor == COMPLETE or cursor == BEGIN_OF_SCAN then
    cursor = BEGIN_OF_SCAN
    call('UNLINK', shadow)
  end
  some_shadows = true
  repeat
    local page = call('SSCAN', key, cursor, 'COUNT', PAGE)
    cursor = page[1]
    add_to_shadow(shadow, page[2], 1, #page[2])
    local over = out_of_time()
    if cursor == BEGIN_OF_SCAN then
      local complete = call('ZCARD', shadow) == size -- if not, Redis has restarted, where a cursor means something else
      call('HSET', sorted, key, (complete and COMPLETE or BEGIN_OF_SCAN) .. ' ' .. int(now))
      return complete and shadow or PAUSE
    end
  until over
  call('HSET', sorted, key, cursor .. ' ' .. int(now))
  return PAUSE
end

local UNUSED = 600000 -- ms

-- Drops a shadow, if the next one to be looked at has no set or was not used for long.
drop_void_shadow = function()
  local key = has_shadows() and call('HRANDFIELD', prefix .. 'sorted')
  if key and (call('TYPE', key).ok ~= 'set'
    or now - tonumber(match(call('HGET', prefix .. 'sorted', key), '%d+$')) > UNUSED) then
    drop_shadow(key)
  end
end

drop_all_shadows = function()
  if has_shadows() then
    for _, key in ipairs(call('HKEYS', prefix .. 'sorted')) do
      drop_shadow(key)
    end
  end
end

end
