-- Results of commands over large sets and sorted sets, made page by page.
--
-- needs:   prelude, shadows, operations, removals
-- defines: store_in_pages

local store_in_pages

do

-- The members, PAGE at most, that are in all those sets (wanted 1), or in none of them (wanted 0).
local function filtered(members, others, wanted)
  for _, other in ipairs(others) do
    if #members == 0 then
      break
    end
    local is_member, kept = call('SMISMEMBER', other, unpack(members)), {}
    for i = 1, #members do
      if is_member[i] == wanted then
        kept[#kept + 1] = members[i]
      end
    end
    members = kept
  end
  return members
end

-- Sources by number of elements, the least first, as Redis reads them.
local function by_size(sources, size_command)
  local sizes, order = {}, {}
  for i, key in ipairs(sources) do
    sizes[i], order[i] = call(size_command, key), i
  end
  table.sort(order, function(a, b)
    return sizes[a] < sizes[b] or sizes[a] == sizes[b] and a < b
  end)
  return order
end

-- Each takes all sources and returns those to be walked over, and what is kept of a page.
local SETS = {
  sunionstore = function(sources)
    return sources, function(members) return members end
  end,
  sinterstore = function(sources)
    return { sources[by_size(sources, 'SCARD')[1]] }, function(members) return filtered(members, sources, 1) end
  end,
  sdiffstore = function(sources)
    return { sources[1] }, function(members) return filtered(members, { unpack(sources, 2) }, 0) end
  end,
}

-- The next page of a set that does not change: its members, the next cursor ('0' at the end). Of a set of integers it may be
-- the whole set.
local function page_of_set(key, cursor)
  local page = call('SSCAN', key, cursor, 'COUNT', PAGE)
  return page[2], page[1]
end

local function page_of_sorted_set(key, rank)
  local page = call('ZRANGE', key, rank, rank + PAGE - 1, 'WITHSCORES')
  return page, #page < 2 * PAGE and '0' or int(rank + PAGE)
end

local function add_members(result, page, kept)
  for i = 1, #page, PAGE do
    local members = kept({ unpack(page, i, math.min(i + PAGE - 1, #page)) })
    if #members > 0 then
      call('SADD', result, unpack(members))
    end
  end
end

local function number(score)
  return format('%.17g', score)
end

-- As Redis: inf and -inf are 0 together, as is 0 times inf.
local function not_nan(score)
  return score ~= score and 0 or score
end

-- Of the score so far and another, in this order: a score that is no number is neither less nor greater.
local AGGREGATES = {
  SUM = function(a, b) return not_nan(a + b) end,
  MIN = function(a, b) return b < a and b or a end,
  MAX = function(a, b) return b > a and b or a end,
}

-- The sources of Z…STORE in the order in which Redis reads them, their weights and the aggregate; nil if the command has anything else.
local function parse_sorted(cmd)
  local count = tonumber(cmd[3])
  local sources, weights, aggregate = { unpack(cmd, 4, 3 + count) }, {}, 'SUM'
  local i = 4 + count
  while i <= #cmd do
    local option = upper(cmd[i])
    if option == 'WEIGHTS' and i + count <= #cmd then
      for w = 1, count do
        weights[w] = tonumber(cmd[i + w])
        if not weights[w] then
          return nil
        end
      end
      i = i + count + 1
    elseif option == 'AGGREGATE' and cmd[i + 1] and AGGREGATES[upper(cmd[i + 1])] then
      aggregate = upper(cmd[i + 1])
      i = i + 2
    else
      return nil
    end
  end
  local sorted, sorted_weights = {}, {}
  for i, from in ipairs(by_size(sources, 'ZCARD')) do
    sorted[i], sorted_weights[i] = sources[from], weights[from] or 1
  end
  return sorted, sorted_weights, AGGREGATES[aggregate]
end

local function members_of(page)
  local members = {}
  for i = 1, #page, 2 do
    members[#members + 1] = page[i]
  end
  return members
end

local function add_union(result, page, weight, aggregate)
  if #page == 0 then
    return
  end
  local before, args = call('ZMSCORE', result, unpack(members_of(page))), {}
  for i = 1, #page / 2 do
    local member, score, so_far = page[2 * i - 1], not_nan(tonumber(page[2 * i]) * weight), tonumber(before[i] or nil)
    score = so_far and aggregate(so_far, score) or score
    args[#args + 1] = number(score)
    args[#args + 1] = member
  end
  call('ZADD', result, unpack(args))
end

local function add_intersection(result, page, sources, weights, aggregate)
  if #page == 0 then
    return
  end
  local members, scores, args = members_of(page), {}, {}
  for s, key in ipairs(sources) do
    scores[s] = call('ZMSCORE', key, unpack(members))
  end
  for i = 1, #members do
    local score
    for s = 1, #sources do
      local one = scores[s][i]
      if not one then
        score = nil
        break
      end
      one = tonumber(one) * weights[s]
      score = score and aggregate(score, one) or not_nan(one)
    end
    if score then
      args[#args + 1] = number(score)
      args[#args + 1] = members[i]
    end
  end
  if #args > 0 then
    call('ZADD', result, unpack(args))
  end
end

-- What is walked over, a function that returns a page, and one that adds it to the result; nil if Redis' own command will do.
local function plan(cmd, result)
  local name = lower(cmd[1])
  if SETS[name] then
    local sources, kept = SETS[name]({ unpack(cmd, 3) })
    return sources, page_of_set, function(_, page) add_members(result, page, kept) end
  end
  local sources, weights, aggregate = parse_sorted(cmd)
  if not sources then
    return nil
  elseif name == 'zunionstore' then
    return sources, page_of_sorted_set, function(s, page) add_union(result, page, weights[s], aggregate) end
  end
  return { sources[1] }, page_of_sorted_set,
    function(_, page) add_intersection(result, page, sources, weights, aggregate) end
end

-- Of all sources, and of what the result replaces.
local function elements(cmd)
  local is_set = SETS[lower(cmd[1])]
  local sum = call(is_set and 'SCARD' or 'ZCARD', cmd[2])
  if is_set then
    for i = 3, #cmd do
      sum = sum + call('SCARD', cmd[i])
    end
    return sum
  end
  for i = 4, 3 + (tonumber(cmd[3]) or 0) do
    sum = sum + call('ZCARD', cmd[i] or prefix .. 'nothing')
  end
  return sum
end

-- Makes the result of a …STORE beside its destination, which is replaced at the end. Sources of other types are hidden before.
-- The keys of a command do not change while it is done, so the ranks of a sorted set stay, and so do cursors in one process.
store_in_pages = function(cmd)
  local progress = load_progress()
  if not progress and elements(cmd) <= AT_ONCE then
    return try(unpack(cmd))
  end
  local result = progress_key .. ':result'
  local sources, page_of, add = plan(cmd, result)
  if not sources then
    return try(unpack(cmd))
  end
  local here = redis_process()
  local s, cursor = 1, '0'
  if progress and progress[1] == here then
    s, cursor = progress[2], progress[3]
  else
    call('UNLINK', result)
  end
  while s <= #sources do
    local page
    page, cursor = page_of(sources[s], cursor)
    add(s, page)
    if cursor == '0' then
      s = s + 1
    end
    if s <= #sources and out_of_time() then
      save_progress(here, s, cursor)
      return PAUSE
    end
  end
  call('UNLINK', cmd[2])
  if call('EXISTS', result) == 1 then
    call('RENAME', result, cmd[2])
  end
  if progress then
    clear_progress()
  end
  return 0
end

end
