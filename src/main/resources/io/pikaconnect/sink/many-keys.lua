-- Deletes of all keys that match, page by page, while everybody waits at their barrier.
--
-- needs:   prelude, shadows, operations, strings, stages, removals, stores, several-keys, conflicts
-- defines: nothing; adds to operations

do

local SCANNED = 'scanned' -- in place of a cursor, once all keys were looked at

local function unlink(keys)
  for i = 1, #keys, PAGE do
    call('UNLINK', unpack(keys, i, math.min(i + PAGE - 1, #keys)))
  end
end

local function starts_with_one(key, beginnings)
  for _, beginning in ipairs(beginnings) do
    if starts_with(key, beginning) then
      return true
    end
  end
end

-- The keys of a page that are to be deleted; those that had expired at the source are deleted as such.
local function wanted(keys, staying)
  local kept = {}
  for _, key in ipairs(keys) do
    if not starts_with(key, prefix) and not starts_with_one(key, staying)
      and not (source_time and delete_if_expired(key, source_time)) then
      kept[#kept + 1] = key
    end
  end
  return kept
end

-- Adds to the names found so far, of which the first ones in byte order are kept.
local function gather(found, keys, limit)
  local args = {}
  for i, key in ipairs(keys) do
    args[#args + 1] = '0'
    args[#args + 1] = key
    if #args == 2 * PAGE or i == #keys then
      call('ZADD', found, unpack(args))
      args = {}
    end
  end
  call('ZREMRANGEBYRANK', found, int(limit), -1)
end

-- With a limit it first finds out which keys are the first ones in byte order of their names: they are noted in Redis, so
-- that they stay the same ones when it is interrupted while it deletes them.
local function delete_matching(pattern, kind, limit, staying)
  local progress, here = load_progress(), redis_process()
  local found, cursor = progress_key .. ':found', '0'
  if progress and (progress[1] == here or progress[2] == SCANNED) then
    cursor = progress[2]
  else
    call('UNLINK', found)
  end
  while cursor ~= SCANNED do
    local args = { 'SCAN', cursor, 'MATCH', pattern, 'COUNT', PAGE }
    if kind ~= '*' then
      args[7], args[8] = 'TYPE', kind
    end
    local page = try(unpack(args))
    if failed(page) then
      return page
    end
    local keys = wanted(page[2], staying)
    if limit > 0 then
      gather(found, keys, limit)
    else
      unlink(keys)
    end
    cursor = page[1] == '0' and SCANNED or page[1]
    if (cursor ~= SCANNED or limit > 0) and out_of_time() then
      save_progress(here, cursor)
      return PAUSE
    end
  end
  while limit > 0 do
    local keys = call('ZRANGE', found, 0, PAGE - 1)
    unlink(keys)
    call('ZREMRANGEBYRANK', found, 0, PAGE - 1)
    if #keys < PAGE then
      break
    elseif out_of_time() then
      save_progress(here, SCANNED)
      return PAUSE
    end
  end
  if progress then
    clear_progress()
  end
  return 0
end

operations['pika.patterndel'] = function(cmd)
  return delete_matching(cmd[2], cmd[3], tonumber(cmd[4]) or 0, { unpack(cmd, 5) }) -- see MappedDeletes.java
end

operations['pika.flushtype'] = function(cmd)
  return delete_matching('*', cmd[2], 0, {})
end

end
