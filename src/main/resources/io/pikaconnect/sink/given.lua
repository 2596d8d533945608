-- What a partition has for a command whose keys lie on several partitions waits in a hash of its own until the partition
-- that needs it takes it. Java makes the operations that give and take of a barrier's record, see Share.java.
--
-- needs:   prelude
-- defines: given_by, given_to, partner, is_past, partition_in_the_way, waiting_for, waiting_for_room
--
-- The hash given:<partition> has, for each record, <partition that takes it>:<position> and what was given.

local MOST_GIVEN = 1000 -- of a partition, that have not been taken

given_by = function(partition)
  return prefix .. 'given:' .. partition
end

given_to = function(partition, position)
  return partition .. ':' .. position
end

-- The field of another partition.
partner = function(partition)
  return read_field(call('HGET', KEYS[1], 'p' .. partition))
end

local function waits_in_later_epoch(field, epoch)
  return (tonumber(match(field.at, '^%d+') or nil) or 0) > epoch
end

-- Whether a partition has done the record at that position, or never will: it is past all records of the epoch, and does not
-- have those that it has not done.
is_past = function(field, epoch, position)
  return field.sequence and not_before(field.position, position) or waits_in_later_epoch(field, epoch)
end

-- Whether some partition will never take what is meant for it: the source broke off before it had written all records.
local function some_will_not_take(epoch)
  for p in gmatch(call('HGET', KEYS[1], 'partitions') or '', '%d+') do
    if waits_in_later_epoch(partner(p), epoch) then
      return true
    end
  end
  return false
end

-- A partition that has to take something before more can be given; nil if there is room.
partition_in_the_way = function(from, epoch)
  if call('HLEN', given_by(from)) >= MOST_GIVEN and not some_will_not_take(epoch) then
    return match(call('HRANDFIELD', given_by(from)), '^%d+')
  end
end

-- The record has to wait until that partition has given what it has for it, or is past it.
waiting_for = function(partition)
  return { err = partition, kind = 'waiting', what = 'place' }
end

-- The record has to wait until that partition has taken something.
waiting_for_room = function(partition)
  return { err = partition, kind = 'waiting', what = 'room' }
end
