-- Requests from a file, in order, again and again: a line is a target and headers, parted by tabs.
-- "{n}" in a target becomes a number that no other request of the run has; so no cache can help.
local requests, place, number = {}, 0, 0

local function split(text, mark)
  local parts = {}
  for part in (text .. mark):gmatch("(.-)" .. mark) do parts[#parts + 1] = part end
  return parts
end

function init(args)
  number = tonumber(args[2])
  for line in io.lines(args[1]) do
    local parts, headers = split(line, "\t"), {}
    for n = 2, #parts do
      local name, value = parts[n]:match("^(.-): (.*)$")
      headers[name] = value
    end
    local target = parts[1]
    local before, after = target:match("^(.*){n}(.*)$")
    if before then
      local whole = wrk.format("GET", before .. "{n}" .. after, headers)
      local from, to = whole:find("{n}", 1, true)
      requests[#requests + 1] = { whole:sub(1, from - 1), whole:sub(to + 1) }
    else
      requests[#requests + 1] = { wrk.format("GET", target, headers) }
    end
  end
end

function request()
  place, number = place % #requests + 1, number + 1
  local parts = requests[place]
  return parts[2] and (parts[1] .. number .. parts[2]) or parts[1]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "failed": %d, "p50_ms": %f, "p99_ms": %f}\n',
    summary.requests, summary.duration / 1e6, errors.status + errors.connect + errors.read + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
