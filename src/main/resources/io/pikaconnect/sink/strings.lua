-- Large strings, made and changed piece by piece.
--
-- needs:   prelude, shadows, operations
-- defines: MOST_AT_ONCE, make_zeros, begin_result, end_result, run_bitop; adds to operations
--
-- A string of known length is made at once, of NUL bytes, and then filled: one that grew piece by piece would be copied each
-- time.

local MOST_AT_ONCE = 4 * 2 ^ 20 -- bytes, up to which Redis' own command is used

local function make_zeros(key, length)
  return try('SETRANGE', key, int(length - 1), '\0')
end

-- The string that a command leaves, while it is made: its key, and how far it is made, nil if it is to be begun. Begins it, or
-- returns an error.
local function begin_result(progress, length)
  local result = progress_key .. ':result'
  if progress and call('STRLEN', result) == length then
    return result, progress[1]
  end
  if call('EXISTS', result) == 1 then
    call('UNLINK', result)
  end
  local made = make_zeros(result, length) -- the first write, so that Redis refuses it if it is out of memory
  return result, 0, failed(made) and made
end

-- Replaces a string by the one that was made.
local function end_result(result, key, progress)
  call('UNLINK', key)
  call('RENAME', result, key)
  if progress then
    clear_progress()
  end
end

local run_bitop

do

local PIECE = 2 ^ 18 -- bytes

local function copy_piece(from, from_offset, to, to_offset, bytes)
  call('SETRANGE', to, int(to_offset), call('GETRANGE', from, int(from_offset), int(from_offset + bytes - 1)))
end

local BITOPS = { AND = true, OR = true, XOR = true, NOT = true }

-- BITOP of strings. The result of a piece is that of the pieces of its sources.
run_bitop = function(cmd)
  local length, bytes = 0, 0
  for i = 4, #cmd do
    local one = call('STRLEN', cmd[i])
    length, bytes = math.max(length, one), bytes + one
  end
  local progress, name = load_progress(), upper(cmd[2])
  if bytes <= MOST_AT_ONCE or not BITOPS[name] or name == 'NOT' and #cmd > 4 then
    return try('BITOP', unpack(cmd, 2)) -- its name may be pika.bitop
  end
  local result, at, err = begin_result(progress, length)
  if err then
    return err
  end
  local pieces = {}
  for i = 4, #cmd do
    pieces[i - 3] = progress_key .. ':piece' .. i
  end
  local over = not progress and out_of_time()
  while at < length and not over do
    for i = 4, #cmd do
      call('SET', pieces[i - 3], call('GETRANGE', cmd[i], int(at), int(at + PIECE - 1)))
    end
    call('BITOP', name, pieces[1], unpack(pieces))
    call('SETRANGE', result, int(at), call('GET', pieces[1]))
    at = at + PIECE
    over = out_of_time()
  end
  call('UNLINK', unpack(pieces))
  if at < length then
    save_progress(at)
    return PAUSE
  end
  end_result(result, cmd[3], progress)
  return length
end

-- Writes text at that offset, and leaves out so many bytes after it; the string becomes shorter.
local function cut(key, offset, text, left_out, length)
  local deadline = expire_time(key)
  local after, shorter = offset + #text, length - left_out
  if length <= MOST_AT_ONCE then
    local old = call('GET', key)
    return try('SET', key, sub(old, 1, offset) .. text .. sub(old, after + left_out + 1), 'KEEPTTL')
  end
  local progress = load_progress()
  local result, at, err = begin_result(progress, shorter)
  if err then
    return err
  end
  local over = not progress and out_of_time()
  while at < shorter and not over do
    if at < offset then
      local bytes = math.min(PIECE, offset - at)
      copy_piece(key, at, result, at, bytes)
      at = at + bytes
    else
      if at <= after and text ~= '' then
        call('SETRANGE', result, int(offset), text)
      end
      at = math.max(at, after)
      copy_piece(key, at + left_out, result, at, math.min(PIECE, shorter - at))
      at = at + PIECE
    end
    over = out_of_time()
  end
  if at < shorter then
    save_progress(at)
    return PAUSE
  end
  if deadline then
    call('PEXPIREAT', result, int(deadline))
  end
  end_result(result, key, progress)
  return shorter
end

-- Pika writes the value up to its first NUL byte, and after it what comes after the whole value.
local function set_range(key, offset, value)
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
    return cut(key, offset, text, length - new_length, length)
  elseif text ~= '' then
    return try('SETRANGE', key, int(offset), text)
  elseif offset > length then
    return make_zeros(key, offset)
  end
  return length
end

operations['pika.setrange'] = function(cmd)
  local key, offset, value = cmd[2], tonumber(cmd[3]), cmd[4]
  local reply = set_range(key, offset, value)
  if cmd[5] and not failed(reply) then
    call('PERSIST', key)
  end
  return reply
end

end
