-- Commands that read keys of several partitions, in shares: one partition borrows from the others what their keys hold when
-- their turn comes, and runs the command. A small value is lent as a copy, and the lender does not wait. Of a large one, and
-- of what the command changes or does not accept, there is no copy: the lender stands still until the command is done.
--
-- needs:   prelude, shadows, operations, conflicts, given
-- defines: the operations pika.lend and pika.borrow, see Loan.java

need('given')

do
  local MOST_ELEMENTS, MOST_BYTES = 128, 16384 -- of a copy
  local ELEMENTS_AT_A_TIME = 16
  local STANDS_STILL = '=' -- given instead of copies

  -- Each returns the copy of a value and its bytes; nil if it has too many elements, or more bytes than that.
  local function string_copy(key, most)
    local bytes = call('STRLEN', key)
    if bytes <= most then
      return call('GET', key), bytes
    end
  end

  local function add_to_copy(copy, bytes, page)
    for i = 1, #page do
      copy[#copy + 1] = page[i]
      bytes = bytes + #page[i]
    end
    return bytes
  end

  local function set_copy(key, most)
    if call('SCARD', key) > MOST_ELEMENTS then
      return nil
    end
    local cursor, copy, bytes = '0', {}, 0
    repeat
      local page = call('SSCAN', key, cursor, 'COUNT', ELEMENTS_AT_A_TIME)
      cursor, bytes = page[1], add_to_copy(copy, bytes, page[2])
    until cursor == '0' or bytes > most
    if bytes <= most then
      return copy, bytes
    end
  end

  local function zset_copy(key, most)
    local size, copy, bytes = call('ZCARD', key), {}, 0
    if size > MOST_ELEMENTS then
      return nil
    end
    for rank = 0, size - 1, ELEMENTS_AT_A_TIME do
      bytes = add_to_copy(copy, bytes, call('ZRANGE', key, rank, rank + ELEMENTS_AT_A_TIME - 1, 'WITHSCORES'))
      if bytes > most then
        return nil
      end
    end
    return copy, bytes
  end

  local function hyperloglog_copy(key, most)
    if not failed(try('PFCOUNT', key)) then
      return string_copy(key, most)
    end
  end

  -- By command: the type that it reads, how it is copied, and which words of the command are keys that are only read.
  local READS = {
    pfmerge = { 'string', hyperloglog_copy, function(cmd) return 3, #cmd end },
    bitop = { 'string', string_copy, function(cmd) return 4, #cmd end },
    ['pika.bitop'] = { 'string', string_copy, function(cmd) return 4, #cmd end },
  }
  for _, name in ipairs({ 'sunionstore', 'sinterstore', 'sdiffstore' }) do
    READS[name] = { 'set', set_copy, function(cmd) return 3, #cmd end }
  end
  for _, name in ipairs({ 'zunionstore', 'zinterstore' }) do
    READS[name] = { 'zset', zset_copy, function(cmd) return 4, 3 + tonumber(cmd[3]) end }
  end

  -- How a copy is made a value again.
  local restore = {}
  function restore.string(key, copy)
    return try('SET', key, copy)
  end
  function restore.set(key, copy)
    return try('SADD', key, unpack(copy))
  end
  function restore.zset(key, copy)
    local args = {}
    for i = 1, #copy, 2 do
      args[i], args[i + 1] = copy[i + 1], copy[i]
    end
    return try('ZADD', key, unpack(args))
  end

  -- The keys and their copies, as a list that is packed; false for a key that does not exist. Nil if there is to be none.
  local function packed_copies(name, keys)
    local reads, copies, left = READS[name], {}, MOST_BYTES
    for i, key in ipairs(keys) do
      local kind, copy, bytes = call('TYPE', key).ok, false, 0
      if kind ~= 'none' then
        if reads and kind == reads[1] then
          copy, bytes = reads[2](key, left)
        end
        if not copy then
          return nil
        end
      end
      left = left - bytes - #key
      copies[2 * i - 1], copies[2 * i] = key, copy
    end
    local packed = reads and cmsgpack.pack(copies)
    return packed and #packed <= MOST_BYTES and packed or nil
  end

  -- pika.lend epoch position from to name key…: the keys of this partition that a command reads.
  operations['pika.lend'] = function(cmd)
    local epoch, position, from, to = tonumber(cmd[2]), cmd[3], cmd[4], cmd[5]
    local given, field = given_by(from), given_to(to, position)
    if commands_begun == 1 then -- it may have stood still here before
      if is_past(partner(to), epoch, position) then
        call('HDEL', given, field)
        return 0
      elseif call('HGET', given, field) == STANDS_STILL then
        return waiting_for(to)
      end
    end
    local other = partition_in_the_way(from, epoch)
    if other then
      return waiting_for_room(other)
    end
    local keys = { unpack(cmd, 7) }
    for _, key in ipairs(keys) do
      if starts_with(key, prefix) then
        return { err = 'ERR key ' .. key .. " is the sink's own", kind = 'own' }
      elseif source_time then
        delete_if_expired(key, source_time)
      end
    end
    local copies = packed_copies(lower(cmd[6]), keys)
    call('HSET', given, field, copies or STANDS_STILL)
    return copies and 0 or waiting_for(to)
  end

  -- Puts the copies beside the data, and their names into the command; the keys made.
  local function unpack_copies(command, loans)
    local reads = READS[lower(command[1])]
    local names, made = {}, {}
    for _, loan in ipairs(loans) do
      if loan ~= STANDS_STILL then
        local copies = cmsgpack.unpack(loan)
        for i = 1, #copies, 2 do
          local key, copy = copies[i], copies[i + 1]
          local name = prefix .. 'nothing'
          if copy then
            name = prefix .. 'lent:' .. #made + 1
            made[#made + 1] = name
            call('DEL', name)
            local reply = restore[reads[1]](name, copy)
            if failed(reply) then
              return nil, reply
            end
          end
          names[key] = name
          is_lent[name] = true
        end
      end
    end
    if next(names) then
      local first, last = reads[3](command)
      for i = first, last do
        command[i] = names[command[i]] or command[i]
      end
    end
    return made
  end

  local function return_loans(lenders, field)
    for name in pairs(is_lent) do
      is_lent[name] = nil
    end
    for from in gmatch(lenders, '%d+') do
      call('HDEL', given_by(from), field)
    end
  end

  -- pika.borrow epoch position to lenders command…: runs the command; to is this partition.
  operations['pika.borrow'] = function(cmd)
    local epoch, position, to, lenders = tonumber(cmd[2]), cmd[3], cmd[4], cmd[5]
    local field, loans = given_to(to, position), {}
    for from in gmatch(lenders, '%d+') do
      local loan = call('HGET', given_by(from), field)
      if not loan and is_past(partner(from), epoch, position) then -- the source broke off before it had written all records
        return_loans(lenders, field)
        return 0
      elseif not loan then
        return waiting_for(from)
      end
      loans[#loans + 1] = loan
    end
    local command = { unpack(cmd, 6) }
    local made, reply = unpack_copies(command, loans)
    if made then
      reply = run(command)
      if failed(reply) then
        reply = resolve_error(command, reply)
      end
      for _, name in ipairs(made) do
        call('DEL', name)
      end
    end
    if failed(reply) then
      return reply
    end
    return_loans(lenders, field)
    return reply
  end
end
