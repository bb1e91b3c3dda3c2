-- For wrk: each request is the one-click departure (RFC 8058) of another reader, and so many a second begin.
--
--   wrk -t1 -s one_click.lua URL -- FILE-OF-TOKENS REQUESTS-A-SECOND
local ffi = require("ffi")
ffi.cdef [[
struct timespec { long seconds; long nanoseconds; };
int clock_gettime(int clock, struct timespec *now);
]]

local monotonic = 1
local timespec = ffi.new("struct timespec")

local function milliseconds()
    ffi.C.clock_gettime(monotonic, timespec)
    return tonumber(timespec.seconds) * 1e3 + tonumber(timespec.nanoseconds) / 1e6
end

local tokens, number, interval, next_one = {}, 0, 0, nil

function init(arguments)
    for line in io.lines(arguments[1]) do tokens[#tokens + 1] = line end
    interval = 1e3 / tonumber(arguments[2])
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
    wrk.body = "List-Unsubscribe=One-Click"
end

function delay()
    local now = milliseconds()
    next_one = math.max((next_one or now) + interval, now - 100)  -- what was missed for longer is not made up for
    return math.max(0, math.floor(next_one - now + 0.5))
end

function request()
    number = number + 1
    if number > #tokens then error("every reader has left") end
    return wrk.format(nil, "/u/" .. tokens[number])
end
