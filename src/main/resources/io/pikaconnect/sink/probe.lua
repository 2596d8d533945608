-- Whether Redis lets the sink's scripts do what they have to do; run before anything is applied, in any db.
--
-- needs: prelude, rehearsal
--
-- KEYS  ledger, which is only read
-- ARGV  prefix
-- Reply what is refused: command, error, command, error, ...
prefix = ARGV[1]
now = redis_time()
local refused = {}

local function attempt(...)
  local reply = try(...)
  if failed(reply) then
    refused[#refused + 1] = (...)
    refused[#refused + 1] = reply.err
  end
  return reply
end

rehearse(attempt)
local cut = #refused == 0 and cut_deadline()
if cut then
  refused = { 'PEXPIREAT', cut }
end
try('DEL', prefix .. 'nothing')
return refused
