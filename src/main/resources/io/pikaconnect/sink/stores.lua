-- Results of commands over large sets and sorted sets, made page by page.
--
-- needs:   prelude, shadows, operations
-- defines: store_in_pages

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

local function add_members(result, members)
  if #members > 0 then
    call('SADD', result, unpack(members))
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

-- A member's score is made of those in all sources, in their order.
local function add_intersection(result, page, sources, weights, aggregate)
  local members, scores = members_of(page), {}
  for s, key in ipairs(sources) do
    if #members == 0 then
      return
    end
    local ones, kept = call('ZMSCORE', key, unpack(members)), {}
    for i, member in ipairs(members) do
      if ones[i] then
        local score, so_far = tonumber(ones[i]) * weights[s], scores[member]
        scores[member] = so_far and aggregate(so_far, score) or not_nan(score)
        kept[#kept + 1] = member
      end
    end
    members = kept
  end
  local args = {}
  for _, member in ipairs(members) do
    args[#args + 1] = number(scores[member])
    args[#args + 1] = member
  end
  if #args > 0 then
    call('ZADD', result, unpack(args))
  end
end

-- Elements that are looked up at a time in each of so many sources.
local function elements_at_a_time(sources)
  return math.max(8, math.min(PAGE, floor(16 * PAGE / #sources)))
end

-- What is walked over, a function that returns a page, how many words of it are added at a time, and a function that adds them
-- to the result; nil if Redis' own command will do.
local function plan(cmd, result)
  local name = lower(cmd[1])
  if SETS[name] then
    local all = { unpack(cmd, 3) }
    local sources, kept = SETS[name](all)
    return sources, page_of_set, name == 'sunionstore' and PAGE or elements_at_a_time(all),
      function(_, members) add_members(result, kept(members)) end
  end
  local sources, weights, aggregate = parse_sorted(cmd)
  if not sources then
    return nil
  elseif name == 'zunionstore' then
    return sources, page_of_sorted_set, 2 * PAGE, function(s, page) add_union(result, page, weights[s], aggregate) end
  end
  return { sources[1] }, page_of_sorted_set, 2 * elements_at_a_time(sources),
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

local function words_from(page, from)
  local words = {}
  for i = from, #page do
    words[#words + 1] = page[i]
  end
  return words
end

-- Makes the result of a …STORE beside its destination, which is replaced at the end. Sources of other types are hidden before.
-- The keys of a command do not change while it is done, so the ranks of a sorted set stay, and so do cursors in one process.
-- What is left of a page when the time is up is noted: it may be a whole set.
store_in_pages = function(cmd)
  local progress = load_progress()
  if not progress and elements(cmd) <= AT_ONCE then
    return try(unpack(cmd))
  end
  local result = progress_key .. ':result'
  local sources, page_of, most, add = plan(cmd, result)
  if not sources then
    return try(unpack(cmd))
  end
  local here = redis_process()
  local s, cursor, page, from = 1, '0', nil, 1
  if progress and progress[1] == here then
    s, cursor, page = progress[2], progress[3], progress[4]
  else
    call('UNLINK', result)
  end
  while s <= #sources do
    if not page then
      page, cursor = page_of(sources[s], cursor)
      from = 1
    end
    local to = math.min(from + most - 1, #page)
    if to >= from then
      add(s, { unpack(page, from, to) })
    end
    from = to + 1
    if from > #page then
      page = nil
      s = cursor == '0' and s + 1 or s
    end
    if s <= #sources and out_of_time() then
      save_progress(here, s, cursor, page and words_from(page, from))
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
