-- Arguments that came in pieces.
--
-- needs:   prelude, shadows, operations, strings
-- defines: nothing; adds to operations
--
-- A stage is a hash: each piece by its offset, and in the field end where the next one begins. Release 0.1.0 had a string.

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

local function whole(staged)
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

-- Writes a stage into a string that is long enough, from that place of the stage on. Returns how far it came until the time
-- was up.
local function fill(staged, bytes, at, key, offset)
  while at < bytes do
    local piece = call('HGET', staged, int(at))
    if not piece then
      return nil
    end
    call('SETRANGE', key, int(offset + at), piece)
    at = at + #piece
    if at < bytes and out_of_time() then
      return at
    end
  end
  return at
end

-- A command that leaves just the staged value: it is put together beside the key, which it then replaces.
local function replace_by_stage(cmd, staged, bytes)
  local name, key, progress = lower(cmd[1]), cmd[2], load_progress()
  local kind, refused = nil, nil
  if name == 'pika.set' then
    refused = refusal(cmd)
  else
    kind = blocking_type(key)
    refused = kind and wrong_type(cmd, kind) or name == 'setnx' and call('EXISTS', key) == 1 and 0 or nil
  end
  if refused then
    return refused
  end
  local result, at, err = begin_result(progress, bytes)
  if not err then
    at = fill(staged, bytes, at, result, 0)
    err = not at and piece_error(staged, 'has lost a piece')
  end
  if err then
    return err
  elseif at < bytes then
    save_progress(at)
    return PAUSE
  end
  end_result(result, key, progress)
  if name == 'pika.set' and cmd[5] ~= '0' then
    return set_deadline(key, cmd[5])
  end
  return 0
end

-- APPEND and SETRANGE of a staged value. Returns nil if Redis does not accept it: the command is to be run as it is.
local function write_stage(cmd, staged, bytes, offset)
  local key, progress, at = cmd[2], load_progress(), 0
  local length = call('STRLEN', key)
  if progress then
    offset, at = progress[1], progress[2]
    if length < offset + bytes then -- Redis has expired the key
      at = bytes
    end
  elseif offset + bytes > length and failed(make_zeros(key, offset + bytes)) then
    return nil
  end
  at = fill(staged, bytes, at, key, offset)
  if not at then
    return piece_error(staged, 'has lost a piece')
  elseif at < bytes then
    save_progress(offset, at)
    return PAUSE
  elseif progress then
    clear_progress()
  end
  return 0
end

-- Runs a command of which only the last argument, or the value of a pika.set, was staged. Returns nil if it is to be run as it
-- is: it is another command, or the value is small, or the reply is an error, which the policies decide about.
local function run_in_pieces(cmd, slot)
  local name, key, staged = lower(cmd[1]), cmd[2], stage .. slot
  local bytes = tonumber(call('HGET', staged, 'end') or nil)
  if not bytes or bytes <= MOST_AT_ONCE then
    return nil
  end
  local reply
  if slot == '2' and (#cmd == 3 and (name == 'set' or name == 'setnx') or name == 'pika.set' and #cmd == 5) then
    reply = replace_by_stage(cmd, staged, bytes)
  elseif slot == '2' and #cmd == 3 and name == 'append' then
    local length = try('STRLEN', key)
    reply = not failed(length) and write_stage(cmd, staged, bytes, length) or nil
  elseif slot == '3' and #cmd == 4 and name == 'setrange' and find(cmd[3], '^%d+$') and not failed(try('STRLEN', key)) then
    reply = write_stage(cmd, staged, bytes, tonumber(cmd[3]))
  end
  return reply and (not failed(reply) or reply.kind) and reply or nil
end

local function run_whole(command, slots)
  for slot in gmatch(slots, '%d+') do
    local bytes = whole(stage .. slot)
    if not bytes then
      return piece_error(stage .. slot, 'is gone')
    end
    command[tonumber(slot) + 1] = bytes
  end
  local reply = run(command)
  return failed(reply) and resolve_error(command, reply) or reply
end

operations['pika.staged'] = function(cmd)
  local command = { unpack(cmd, 3) }
  for slot in gmatch(cmd[2], '%d+') do
    convert(stage .. slot)
  end
  local reply = run_in_pieces(command, cmd[2]) or run_whole(command, cmd[2])
  if failed(reply) then
    return reply
  end
  for slot in gmatch(cmd[2], '%d+') do
    call('UNLINK', stage .. slot)
  end
  return reply
end

end
