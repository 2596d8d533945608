-- Large strings, made and changed piece by piece.
--
-- needs:   prelude, shadows, operations
-- defines: MOST_AT_ONCE, PIECE, make_zeros, copy_piece, make_result, replace_by, run_bitop; adds to operations

MOST_AT_ONCE = 4 * 2 ^ 20 -- bytes, up to which Redis' own command is used
PIECE = 2 ^ 18 -- bytes

make_zeros = function(key, length)
  return try('SETRANGE', key, int(length - 1), '\0')
end

copy_piece = function(from, from_offset, to, to_offset, bytes)
  call('SETRANGE', to, int(to_offset), call('GETRANGE', from, int(from_offset), int(from_offset + bytes - 1)))
end

do

-- Makes a string of that length, which is not 0, beside the data: write(result, at) writes the next piece and returns its
-- length, or an error. Returns the string's key once it is complete, PAUSE before that, or an error. What is noted comes after
-- the place in the progress.
--
-- The string has its length at once, filled with zeros: one that grew would be copied again and again.
make_result = function(progress, length, noted, write)
  local result, at = progress_key .. ':result', progress and progress[1] or 0
  local written
  if not progress or call('STRLEN', result) ~= length then
    if call('EXISTS', result) == 1 then
      call('UNLINK', result)
    end
    at, written = 0, make_zeros(result, length) -- the first write, so that Redis refuses it if it is out of memory
  end
  local over = not progress and out_of_time()
  while at < length and not over and not failed(written) do
    written = write(result, at)
    if not failed(written) then
      at = at + written
      over = out_of_time()
    end
  end
  if failed(written) then
    if starts_with(written.err, 'ERR') then -- it will never be complete
      clear_progress()
    end
    return written
  elseif at < length then
    save_progress(at, noted)
    return PAUSE
  end
  return result
end

-- Replaces a string by the one that was made.
replace_by = function(result, key, progress)
  call('UNLINK', key)
  call('RENAME', result, key)
  if progress then
    clear_progress()
  end
end

end

do

local BITOPS = { AND = true, OR = true, XOR = true, NOT = true }

-- BITOP of strings. The result of a piece is that of the pieces of its sources; the more sources, the shorter they are.
run_bitop = function(cmd)
  local length, bytes = 0, 0
  for i = 4, #cmd do
    local one = call('STRLEN', cmd[i])
    length, bytes = math.max(length, one), bytes + one
  end
  local progress, name = load_progress(), upper(cmd[2])
  if bytes <= MOST_AT_ONCE or not BITOPS[name] or name == 'NOT' and #cmd > 4 then
    if progress then -- Redis has expired sources
      clear_progress()
    end
    return try('BITOP', unpack(cmd, 2)) -- its name may be pika.bitop
  end
  local pieces, piece = {}, math.max(1024, math.min(PIECE, floor(16 * PIECE / (#cmd - 3))))
  for i = 4, #cmd do
    pieces[i - 3] = progress_key .. ':piece' .. i
  end
  local result = make_result(progress, length, nil, function(result, at)
    for i = 4, #cmd do
      call('SET', pieces[i - 3], call('GETRANGE', cmd[i], int(at), int(at + piece - 1)))
    end
    call('BITOP', name, pieces[1], unpack(pieces))
    call('SETRANGE', result, int(at), call('GET', pieces[1]))
    return piece
  end)
  call('UNLINK', unpack(pieces))
  if failed(result) then
    return result
  end
  replace_by(result, cmd[3], progress)
  return length
end

-- Writes text at that offset, and leaves out so many bytes after it; the string becomes shorter.
local function cut(key, offset, text, left_out, length, progress)
  local deadline = expire_time(key)
  local after, shorter = offset + #text, length - left_out
  if length <= MOST_AT_ONCE then
    local old = call('GET', key)
    return try('SET', key, sub(old, 1, offset) .. text .. sub(old, after + left_out + 1), 'KEEPTTL')
  end
  local result = make_result(progress, shorter, nil, function(result, at)
    if at < offset then
      local bytes = math.min(PIECE, offset - at)
      copy_piece(key, at, result, at, bytes)
      return bytes
    elseif at == offset and text ~= '' then
      call('SETRANGE', result, int(offset), text)
      return #text
    end
    copy_piece(key, at + left_out, result, at, PIECE)
    return PIECE
  end)
  if failed(result) then
    return result
  end
  if deadline then
    call('PEXPIREAT', result, int(deadline))
  end
  replace_by(result, key, progress)
  return shorter
end

-- Pika writes the value up to its first NUL byte, and after it what comes after the whole value.
local function set_range(key, offset, value, progress)
  local length = try('STRLEN', key)
  if failed(length) then
    return length
  end
  local text = match(value, '^%Z*')
  local tail = math.max(0, length - offset - #value)
  local new_length = offset + #text + tail
  if new_length == 0 then
    return try('SET', key, '', 'KEEPTTL')
  elseif new_length < length then
    return cut(key, offset, text, length - new_length, length, progress)
  elseif text ~= '' then
    return try('SETRANGE', key, int(offset), text)
  elseif offset > length then
    return make_zeros(key, offset)
  end
  return length
end

operations['pika.setrange'] = function(cmd)
  local key, offset, value = cmd[2], tonumber(cmd[3]), cmd[4]
  local progress = load_progress()
  local reply = set_range(key, offset, value, progress)
  if progress and not failed(reply) then -- Redis may have expired the key
    clear_progress()
  end
  if cmd[5] and not failed(reply) then
    call('PERSIST', key)
  end
  return reply
end

end
