-- Moves between keys of two partitions, in halves: each partition does its own when its turn comes, and neither waits for
-- the other at the barrier. What the first half takes out is given to the second half's partition. The second half waits until
-- the first is done; the first never waits, unless too much is waiting.
--
-- needs:   prelude, shadows, operations, conflicts, given
-- defines: the operations pika.give and pika.take, see MoveHalf.java
--
-- A half is an ordinary command on one key, and what prevents that command prevents the half: a give from a key of another
-- type gives nothing, and what cannot be put into a key of another type is gone, as on.wrong.type has it.

need('given')

do
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
    local other = partition_in_the_way(from, epoch)
    if other then
      return waiting_for_room(other)
    end
    local reply = run_half({ unpack(cmd, 6) })
    if failed(reply) then
      return reply
    elseif reply and reply ~= 0 then
      call('HSET', given_by(from), given_to(to, position), reply)
    end
    return 0
  end

  -- pika.take epoch position from to command…: the command puts what was given into a key; of an LPUSH it becomes the last
  -- argument.
  operations['pika.take'] = function(cmd)
    local epoch, position, from, to = tonumber(cmd[2]), cmd[3], cmd[4], cmd[5]
    local given = call('HGET', given_by(from), given_to(to, position))
    if not given then
      return is_past(partner(from), epoch, position) and 0 or waiting_for(from)
    end
    local command = { unpack(cmd, 6) }
    if command[1] == 'LPUSH' then
      command[3] = given
    end
    local reply = run_half(command)
    if failed(reply) then
      return reply
    end
    call('HDEL', given_by(from), given_to(to, position))
    return 0
  end
end
