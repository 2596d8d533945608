-- Removals from sorted sets, page by page where much is to be removed or looked at; and from lists.
--
-- needs:   prelude, shadows, operations
-- defines: nothing; adds to operations

do

-- Removes members of a sorted set page by page: next_members returns those that are there still.
local function remove_pages(key, next_members)
  local removed = 0
  while true do
    local members = next_members()
    if failed(members) then
      return members
    end
    if #members > 0 then
      call('ZREM', key, unpack(members))
      removed = removed + #members
    end
    if #members < PAGE then
      return removed
    elseif out_of_time() then
      return PAUSE
    end
  end
end

local function is_lex_bound(bound)
  return bound == '-' or bound == '+' or find(bound, '^[[(]') ~= nil
end

-- Where members have different scores, Redis' own command looks at some of them only; Pika looks at all.
local function remove_by_lex_of_all(key, min, max, progress)
  local at, removed = progress and progress[1] or 0, 0
  while true do
    local members = call('ZRANGE', key, at, at + PAGE - 1)
    local matching = {}
    for i = 1, #members do
      if within(min, members[i], true) and within(max, members[i], false) then
        matching[#matching + 1] = members[i]
      end
    end
    if #matching > 0 then
      call('ZREM', key, unpack(matching))
      removed = removed + #matching
    end
    at = at + #members - #matching
    if #members < PAGE then
      if progress then
        clear_progress()
      end
      return removed
    elseif out_of_time() then
      save_progress(at)
      return PAUSE
    end
  end
end

operations['pika.zremrangebylex'] = function(cmd)
  local key, min, max = cmd[2], cmd[3], cmd[4]
  local first = try('ZRANGE', key, 0, 0, 'WITHSCORES')
  local progress = load_progress()
  if failed(first) or #first == 0 then
    if progress then
      clear_progress()
    end
    return failed(first) and first or 0
  end
  if progress or first[2] ~= call('ZRANGE', key, -1, -1, 'WITHSCORES')[2] or not is_lex_bound(min) or not is_lex_bound(max) then
    return remove_by_lex_of_all(key, min, max, progress)
  end
  return remove_pages(key, function()
    return call('ZRANGEBYLEX', key, min, max, 'LIMIT', 0, PAGE)
  end)
end

operations['zremrangebyscore'] = function(cmd)
  local count = #cmd == 4 and try('ZCOUNT', cmd[2], cmd[3], cmd[4])
  if not count or failed(count) or count <= AT_ONCE then
    return try(unpack(cmd))
  end
  return remove_pages(cmd[2], function()
    return call('ZRANGEBYSCORE', cmd[2], cmd[3], cmd[4], 'LIMIT', 0, PAGE)
  end)
end

operations['zremrangebyrank'] = function(cmd)
  local key, start, stop = cmd[2], match(cmd[3] or '', '^%-?%d+$'), match(cmd[4] or '', '^%-?%d+$')
  local progress = load_progress()
  local size = start and stop and try('ZCARD', key)
  if not size or failed(size) or size <= AT_ONCE and not progress then
    return try(unpack(cmd))
  end
  if progress then
    start, stop = progress[1], progress[2]
  else
    start, stop = tonumber(start), tonumber(stop)
    start = math.max(0, start < 0 and size + start or start)
    stop = math.min(size - 1, stop < 0 and size + stop or stop)
  end
  while stop >= start do -- from the end, so that the ranks of the others stay
    local from = math.max(start, stop - PAGE + 1)
    call('ZREMRANGEBYRANK', key, int(from), int(stop))
    stop = from - 1
    if stop >= start and out_of_time() then
      save_progress(start, stop)
      return PAUSE
    end
  end
  if progress then
    clear_progress()
  end
  return 0
end

-- With a count the elements would be a reply, of which nothing is needed. A count may be as large as 2^63 - 1, which a number of
-- Lua does not hold; no collection is that long.
local MOST_POPPED = 2 ^ 52

for name, range in pairs({ zpopmin = function(n) return '0', int(n - 1) end, zpopmax = function(n) return int(-n), '-1' end }) do
  operations[name] = function(cmd)
    local count = cmd[3] and match(cmd[3], '^%d+$')
    if not count or tonumber(count) <= AT_ONCE then
      return try(unpack(cmd))
    end
    return operations['zremrangebyrank']({ 'ZREMRANGEBYRANK', cmd[2], range(math.min(tonumber(count), MOST_POPPED)) })
  end
end

-- Elements of large lists are removed page by page, so many of them from each end.
local function trim_pages(key, left, right, progress)
  while left > 0 do
    local page = math.min(left, PAGE)
    call('LTRIM', key, int(page), '-1')
    left = left - page
    if left + right > 0 and out_of_time() then
      save_progress(left, right)
      return PAUSE
    end
  end
  while right > 0 do
    local page = math.min(right, PAGE)
    call('LTRIM', key, '0', int(-page - 1))
    right = right - page
    if right > 0 and out_of_time() then
      save_progress(left, right)
      return PAUSE
    end
  end
  if progress then
    clear_progress()
  end
  return 0
end

for _, name in ipairs({ 'lpop', 'rpop' }) do
  operations[name] = function(cmd)
    local count = cmd[3] and match(cmd[3], '^%d+$')
    if not count or tonumber(count) <= AT_ONCE then
      return try(unpack(cmd))
    end
    local length, progress = try('LLEN', cmd[2]), load_progress()
    if failed(length) then
      return length
    elseif progress then
      return trim_pages(cmd[2], progress[1], progress[2], progress)
    elseif tonumber(count) >= length then
      return call('UNLINK', cmd[2])
    elseif name == 'lpop' then
      return trim_pages(cmd[2], tonumber(count), 0)
    end
    return trim_pages(cmd[2], 0, tonumber(count))
  end
end

end
