-- Short names for functions of Lua and Redis. They start every script, and again what a script defines on demand: a function
-- of Lua 5.1 sees at most 60 locals of those around it.
local call, try = redis.call, redis.pcall
local unpack, tonumber, type, pcall = unpack, tonumber, type, pcall
local floor, format, match, gmatch, find = math.floor, string.format, string.match, string.gmatch, string.find
local sub, lower, upper, byte, rep = string.sub, string.lower, string.upper, string.byte, string.rep
