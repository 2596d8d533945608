-- Pops of random members of sets, as the master draws them.
--
-- needs:   prelude, shadows, operations
-- defines: nothing; adds to operations

do

-- The master draws members by the generator x -> 16807 x mod 2^31-1, seeded with the second; its indexes count the members
-- in byte order.
local SPREAD, RANGE, NEAREST = 16807, 2147483647, 50

-- Sets of up to so many members are sorted for each SPOP.
local SORTED_EACH_TIME = 256

local function pop(key, shadow, members)
  if #members == 0 then
    return
  end
  for i = 1, #members, 4000 do
    call('SREM', key, unpack(members, i, math.min(i + 3999, #members)))
  end
  if shadow then
    remove_from_shadow(shadow, members, 1, #members)
  end
end

-- Pops many members: first the places of all are drawn, and noted in a bitmap; then they are removed, from the last place to
-- the first, so that the others' places stay. The last places take many draws each, so once few are left they are looked up in
-- Lua.
local SLICE = 256 -- places, 32 bytes of the bitmap
local FEW_LEFT = 20000 -- places
local DRAWS = 20 * PAGE -- at a time, of such places

-- The places of a slice, below that one, whose bit is the same.
local function places_in_slice(drawn, slice, bit, below)
  local first, places = slice * SLICE, {}
  local bits = call('GETRANGE', drawn, first / 8, first / 8 + SLICE / 8 - 1)
  bits = bits .. rep('\0', SLICE / 8 - #bits)
  for at in gmatch(bits, bit == 1 and '()%Z' or '()[^\255]') do
    local byte_of_bits = byte(bits, at)
    for b = 0, 7 do
      local place = first + 8 * (at - 1) + b
      if place < below and floor(byte_of_bits / 2 ^ (7 - b)) % 2 == bit then
        places[#places + 1] = place
      end
    end
  end
  return places
end

local function members_in_slice(shadow, drawn, slice, size)
  local places, members = places_in_slice(drawn, slice, 1, size), {}
  if #places > 0 then
    local least = places[1]
    local all = call('ZRANGE', shadow, int(least), int(places[#places]))
    for i, place in ipairs(places) do
      members[i] = all[place - least + 1]
    end
  end
  return members
end

-- Draws until so many places that are to be drawn are missing; returns how many are when the time is up, and whether it is.
local function draw_any(drawn, x, missing, size, most_missing)
  local over = false
  while missing > most_missing and not over do
    for _ = 1, PAGE do
      x = SPREAD * x % RANGE
      if call('SETBIT', drawn, x % size, '1') == 0 then
        missing = missing - 1
        if missing == most_missing then
          break
        end
      end
    end
    over = out_of_time()
  end
  return x, missing, over
end

-- Draws until none is missing, of the few places that are left. Returns how many are when the time is up, and those left then.
local function draw_left(drawn, x, missing, size, left)
  local is_left = {}
  for _, place in ipairs(left) do
    is_left[place] = true
  end
  repeat
    for _ = 1, DRAWS do
      x = SPREAD * x % RANGE
      local place = x % size
      if is_left[place] then
        is_left[place] = nil
        call('SETBIT', drawn, place, '1')
        missing = missing - 1
        if missing == 0 then
          break
        end
      end
    end
  until missing == 0 or out_of_time()
  local still = {}
  for _, place in ipairs(left) do
    if is_left[place] then
      still[#still + 1] = place
    end
  end
  return x, missing, still
end

-- The progress: the generator, places that are to be drawn still, size, slice to be removed next, slice to be searched next for
-- places that are left, those found, nil before that.
local function pop_many(key, shadow, x, count, size, progress)
  local drawn, missing, slice, searched, left = progress_key .. ':drawn', count, floor((size - 1) / SLICE), 0, nil
  local over = false
  if progress then
    x, missing, size, slice, searched, left = unpack(progress, 1, 6)
    searched = searched or 0
  else
    call('UNLINK', drawn)
  end
  local most_missing = math.max(0, count - size + FEW_LEFT)
  if missing > most_missing then
    x, missing, over = draw_any(drawn, x, missing, size, most_missing)
  end
  while missing > 0 and searched * SLICE < size and not over do
    left = left or {}
    for _, place in ipairs(places_in_slice(drawn, searched, 0, size)) do
      left[#left + 1] = place
    end
    searched = searched + 1
    over = out_of_time()
  end
  if missing > 0 and not over then
    x, missing, left = draw_left(drawn, x, missing, size, left)
  end
  if missing > 0 then
    save_progress(x, missing, size, slice, searched, left)
    return PAUSE
  end
  while slice >= 0 do
    pop(key, shadow, members_in_slice(shadow, drawn, slice, size))
    slice = slice - 1
    if slice >= 0 and out_of_time() then
      save_progress(x, missing, size, slice)
      return PAUSE
    end
  end
  call('UNLINK', drawn)
  if progress then
    clear_progress()
  end
end

-- So many members, each once, by their places in a sorted set of all.
local function draw(sorted, range, x, count)
  local taken, members = {}, {}
  repeat
    x = SPREAD * x % RANGE
    local index = x % range
    if not taken[index] then
      taken[index] = true
      members[#members + 1] = call('ZRANGE', sorted, int(index), int(index))[1]
    end
  until #members >= count
  return members
end

operations['pika.spop'] = function(cmd)
  local key, x, count = cmd[2], tonumber(cmd[3]) % RANGE, tonumber(cmd[4])
  local all = try('SCARD', key)
  if failed(all) then
    return all
  end
  local n, progress = uncounted(key) or 0, load_progress()
  local size = all - n
  if progress and progress[2] > 0 and progress[3] ~= size then -- the set is not the one whose members were being drawn
    clear_progress()
    call('UNLINK', progress_key .. ':drawn')
    progress = nil
  end
  if not progress then
    if size <= 0 then
      discard('spop miss', 'no member to pop')
      return 0
    elseif count and count >= size then
      drop_shadow(key)
      return try('UNLINK', key)
    end
    x = x == 0 and 1 or x
  end
  local many = progress or count and count > PAGE
  local shadow = (many or all > SORTED_EACH_TIME) and make_shadow(key, all) -- again, if it was dropped in the middle
  if shadow == PAUSE then
    return PAUSE
  end
  if many then
    local reply = pop_many(key, shadow, x, count, size, progress)
    if reply == PAUSE then
      return PAUSE
    end
  else
    local sorted = shadow
    if not sorted then
      sorted = prefix .. 'sorted-once'
      local stored = try('ZUNIONSTORE', sorted, '1', key)
      if failed(stored) then
        return stored
      end
    end
    pop(key, shadow or shadow_of(key), draw(sorted, count and size or math.min(size, NEAREST), x, count or 1))
    if not shadow then
      call('UNLINK', sorted)
    end
  end
  if n > 0 then
    recount(key, n)
  end
  return 0
end

end
