-- Moves between keys of two partitions, in halves: each partition does its own when its turn comes, and neither waits for
-- the other at the barrier. What the first half takes out waits in a hash of its partition, under the record's position,
-- for the second half. The second half waits until the first is done; the first never waits, unless too much is waiting.
--
-- needs:   prelude, shadows, operations, removals, stores, several-keys, conflicts
-- defines: the operations pika.give and pika.take; Java makes them of a barrier's record, see MoveHalf.java
--
-- A half is an ordinary command on one key, and what prevents that command prevents the half: a give from a key of another
-- type gives nothing, and what cannot be put into a key of another type is gone, as on.wrong.type has it.

do
  local MOST_GIVEN = 1000 -- of a partition, that have not been taken

  local function given_by(partition)
    return prefix .. 'given:' .. partition
  end

  local function field_of(partition)
    return read_field(call('HGET', KEYS[1], 'p' .. partition))
  end

  -- Whether the partition is past all records of the epoch without having done those that it does not have.
  local function waits_in_later_epoch(field, epoch)
    return (tonumber(match(field.at, '^%d+') or nil) or 0) > epoch
  end

  -- Whether some partition will never take what is meant for it: the source broke off before it had written all records.
  local function some_will_not_take(epoch)
    for p in gmatch(call('HGET', KEYS[1], 'partitions') or '', '%d+') do
      if waits_in_later_epoch(field_of(p), epoch) then
        return true
      end
    end
    return false
  end

  local function waiting_for(partition)
    return { err = partition, kind = 'waiting' }
  end

  -- Runs the half that is a command on one key; its reply, 0 if a policy left it out.
  local function run_half(command)
    if starts_with(command[2], prefix) then
      return { err = 'ERR key ' .. command[2] .. " is the sink's own", kind = 'own' }
    elseif source_time then
      delete_if_expired(command[2], source_time)
    end
    local reply = run(command)
    return failed(reply) and resolve_error(command, reply) or reply
  end

  -- pika.give epoch position from to command…: the command takes something out of a key, or finds nothing.
  operations['pika.give'] = function(cmd)
    local epoch, position, from, to = tonumber(cmd[2]), cmd[3], cmd[4], cmd[5]
    if call('HLEN', given_by(from)) >= MOST_GIVEN and not some_will_not_take(epoch) then
      return waiting_for(to)
    end
    local reply = run_half({ unpack(cmd, 6) })
    if failed(reply) then
      return reply
    elseif reply and reply ~= 0 then
      call('HSET', given_by(from), position, reply)
    end
    return 0
  end

  -- pika.take epoch position from with command…: the command puts what was given into a key; with is 1 if that becomes its last
  -- argument.
  operations['pika.take'] = function(cmd)
    local epoch, position, from = tonumber(cmd[2]), cmd[3], cmd[4]
    local given = call('HGET', given_by(from), position)
    if not given then
      local giver = field_of(from)
      local is_done = giver.sequence and not_before(giver.position, position) or waits_in_later_epoch(giver, epoch)
      return is_done and 0 or waiting_for(from)
    end
    local command = { unpack(cmd, 6) }
    if cmd[5] == '1' then
      command[#command + 1] = given
    end
    local reply = run_half(command)
    if failed(reply) then
      return reply
    end
    call('HDEL', given_by(from), position)
    return 0
  end
end
