-- Reads what slots of one node have given to others, see slot-shares.lua.
--
-- needs: prelude
--
-- KEYS  none, see slots.lua
-- ARGV  prefix, then for each: the slot's tag, <epoch>:<position>
-- Reply gifts, then names and values:
--       results  a list: for each given and what it is, missing, gone (it was not kept), later (not read, as there is much
--                already), or away and the error; '-' where there is nothing else
local MOST_BYTES = 2 ^ 22 -- of a reply
local results, bytes = {}, 0

local function result(status, what)
  results[#results + 1] = status
  results[#results + 1] = what or '-'
end

local function read(own, field)
  local probe = try('EXISTS', own .. 'nothing')
  if failed(probe) then
    return result('away', probe.err)
  elseif bytes > MOST_BYTES then
    return result('later')
  end
  local what, gone = unpack(call('HMGET', own .. 'given', field, 'gone'))
  if what then
    bytes = bytes + #what
    return result('given', what)
  end
  local epoch, position = match(field, '^(%d+):(.*)$')
  local gone_epoch, gone_position = match(gone or '', '^(%d+):(.*)$')
  result(gone_epoch == epoch and not_before(gone_position, position) and 'gone' or 'missing')
end

for i = 2, #ARGV, 2 do
  read(ARGV[1] .. '{' .. ARGV[i] .. '}', ARGV[i + 1])
end
return { 'gifts', 'results', results }
