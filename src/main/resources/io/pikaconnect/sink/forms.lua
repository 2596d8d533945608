-- Which payloads of RESTORE a node of a cluster takes.
--
-- needs: prelude, restores
--
-- KEYS  none, see slots.lua
-- ARGV  prefix with the tag of a slot of the node; then samples, see restores.lua
-- Reply forms, then names and values: restores (see takes_restore; '-' if the slot is not here)
prefix = ARGV[1]
if failed(try('EXISTS', prefix .. 'nothing')) then
  return { 'forms', 'restores', '-' }
end
lift_memory_limit()
return { 'forms', 'restores', takes_restore({ unpack(ARGV, 2) }) }
