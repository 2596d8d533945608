-- Arguments that came in pieces.
--
-- needs:   prelude, shadows, operations, strings
-- defines: whole_stage; adds to operations
--
-- A stage is a hash: each piece by its offset, and in the field end where the next one begins. Release 0.1.0 had a string.

need('strings')

do

local function piece_error(staged, what)
  return { err = 'ERR stage ' .. staged .. ' ' .. what, kind = 'stage' }
end

-- A stage of 0.1.0 as it is now.
local function convert(staged)
  if call('TYPE', staged).ok == 'string' then
    local bytes = call('GET', staged)
    call('UNLINK', staged)
    call('HSET', staged, '0', bytes, 'end', int(#bytes))
  end
end

operations['pika.stage'] = function(cmd)
  local staged, offset, bytes = stage .. cmd[2], cmd[3], cmd[4]
  if offset == '0' then
    if call('EXISTS', staged) == 1 then -- of a command that was never complete
      call('UNLINK', staged)
    end
  else
    convert(staged)
    if call('HGET', staged, 'end') ~= offset then
      return piece_error(staged, 'does not end at ' .. offset)
    end
  end
  local reply = try('HSET', staged, offset, bytes, 'end', int(tonumber(offset) + #bytes))
  if failed(reply) then
    reply.kind = 'error' -- not a conflict: without the piece the value would be a different one
  end
  return reply
end

-- Redis refuses the first write of a script when it is out of memory; better before a large value is read than after that.
local function memory_error()
  local room = progress_key .. ':room'
  local reply = try('SET', room, '')
  if failed(reply) then
    return reply
  end
  call('DEL', room)
end

-- The bytes of a stage; nil if it has lost a piece.
whole_stage = function(staged)
  local pieces, at = {}, 0
  repeat
    local piece = call('HGET', staged, int(at))
    if not piece then
      return nil
    end
    pieces[#pieces + 1] = piece
    at = at + #piece
  until piece == '' or int(at) == call('HGET', staged, 'end')
  return table.concat(pieces)
end

-- Writes the piece of a stage that begins there to that place of a string. Returns its length, or an error.
local function write_piece(staged, at, key, offset)
  local piece = call('HGET', staged, int(at))
  if not piece then
    return piece_error(staged, 'has lost a piece')
  end
  call('SETRANGE', key, int(offset), piece)
  return #piece
end

-- A command that leaves just the staged value.
local function set_to_stage(cmd, staged, bytes)
  local name, key, kind, refused = lower(cmd[1]), cmd[2], nil, nil
  local progress = load_progress()
  if name == 'pika.set' then
    refused = refusal(cmd)
  else
    kind = blocking_type(key)
    refused = kind and wrong_type(cmd, kind) or name == 'setnx' and call('EXISTS', key) == 1 and 0 or nil
  end
  if refused then
    if progress then
      clear_progress()
    end
    return refused
  end
  local result = make_result(progress, bytes, nil, function(result, at)
    return write_piece(staged, at, result, at)
  end)
  if failed(result) then
    return result
  end
  replace_by(result, key, progress)
  if name == 'pika.set' and cmd[5] ~= '0' then
    return set_deadline(key, cmd[5])
  end
  return 0
end

-- APPEND and SETRANGE of a staged value. The string that they leave is made beside the one that they change, so that nobody sees
-- half of the value.
local function write_stage(cmd, staged, bytes, offset)
  local key, progress, length = cmd[2], load_progress(), call('STRLEN', cmd[2])
  if progress and progress[2] ~= length then -- Redis has expired the key
    clear_progress()
    return 0
  end
  local deadline = expire_time(key)
  local result = make_result(progress, math.max(length, offset + bytes), length, function(result, at)
    if at < offset then
      local copied = math.min(PIECE, offset - at)
      copy_piece(key, at, result, at, copied)
      return copied
    elseif at < offset + bytes then
      return write_piece(staged, at - offset, result, at)
    end
    copy_piece(key, at, result, at, PIECE)
    return PIECE
  end)
  if failed(result) then
    return result
  end
  if deadline then
    call('PEXPIREAT', result, int(deadline))
  end
  replace_by(result, key, progress)
  return 0
end

-- Runs a command of which only the last argument, or the value of a pika.set, was staged, without ever having the whole value
-- in Lua. Returns nil if it is another command.
local function run_in_pieces(cmd, slots, bytes)
  local name, key, staged = lower(cmd[1]), cmd[2], stage .. slots
  if slots == '2' and (#cmd == 3 and (name == 'set' or name == 'setnx') or name == 'pika.set' and #cmd == 5) then
    return set_to_stage(cmd, staged, bytes)
  elseif slots == '2' and #cmd == 3 and name == 'append' then
    local length = try('STRLEN', key)
    return failed(length) and length or write_stage(cmd, staged, bytes, length)
  elseif slots == '3' and #cmd == 4 and name == 'setrange' and find(cmd[3], '^%d+$') then
    local length = try('STRLEN', key)
    return failed(length) and length or write_stage(cmd, staged, bytes, tonumber(cmd[3]))
  end
end

-- Puts the staged arguments of any other command into one string, one after the other. Returns its key, PAUSE or an error.
local function gather(slots, ends, bytes)
  return make_result(load_progress(), bytes, nil, function(result, at)
    local before = 0
    for slot in gmatch(slots, '%d+') do
      if at < before + ends[slot] then
        return write_piece(stage .. slot, at - before, result, at)
      end
      before = before + ends[slot]
    end
  end)
end

local function run_whole(command, slots, ends, bytes)
  local full, gathered, at = memory_error(), nil, 0
  if full then
    return full
  elseif bytes > MOST_AT_ONCE then -- many pieces put together in Lua would be copied many times
    gathered = gather(slots, ends, bytes)
    if failed(gathered) then
      return gathered
    end
  end
  for slot in gmatch(slots, '%d+') do
    local value
    if gathered then
      value = call('GETRANGE', gathered, int(at), int(at + ends[slot] - 1))
    else
      value = whole_stage(stage .. slot)
    end
    if not value then
      return piece_error(stage .. slot, 'is gone')
    end
    at = at + ends[slot]
    command[tonumber(slot) + 1] = value
  end
  if gathered then
    clear_progress()
  end
  local reply = run(command)
  return failed(reply) and resolve_error(command, reply) or reply
end

-- pika.leftout [stages [key]]: what remains of a command that was left out, see LeftOut.java.
operations['pika.leftout'] = function(cmd)
  for slot in gmatch(cmd[2] or '', '%d+') do
    call('UNLINK', stage .. slot)
  end
  return cmd[3] and not several_types and operations['del']({ 'DEL', cmd[3] }) or 0
end

operations['pika.staged'] = function(cmd)
  local command, slots, ends, bytes = { unpack(cmd, 3) }, cmd[2], {}, 0
  for slot in gmatch(slots, '%d+') do
    convert(stage .. slot)
    ends[slot] = tonumber(call('HGET', stage .. slot, 'end') or nil)
    if not ends[slot] then
      return piece_error(stage .. slot, 'is gone')
    end
    bytes = bytes + ends[slot]
  end
  local function in_pieces(one)
    return run_in_pieces(one, slots, bytes)
  end
  local reply = bytes > MOST_AT_ONCE and in_pieces(command)
  if failed(reply) then
    reply = resolve_error(command, reply, in_pieces)
  end
  reply = reply or run_whole(command, slots, ends, bytes)
  if failed(reply) then
    return reply
  end
  for slot in gmatch(slots, '%d+') do
    call('UNLINK', stage .. slot)
  end
  return reply
end

end
