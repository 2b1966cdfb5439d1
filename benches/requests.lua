-- For wrk: POST of a sendInbox request with a requestId of its own each time, as long as those that proofmark sends.
-- The environment gives TOKEN, TEMPLATE and PARAMETERS (a JSON object), as `proofmark serve --write-config` wrote them.
local before = '{"accessToken":"' .. os.getenv("TOKEN") .. '","requestId":"pm'
local after = '","templateCode":"' .. os.getenv("TEMPLATE") .. '","templates":[{"templateParameters":'
  .. os.getenv("PARAMETERS") .. '}]}'
local threads = 0
local number = 0

function setup(thread)
  threads = threads + 1
  thread:set("thread", threads)
end

function init()
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json; charset=UTF-8"
  wrk.headers["Client-Id"] = os.getenv("CLIENT")
  wrk.headers["Request-Time"] = "2026-11-26T12:00:00Z"
  run = os.time() % 100000
end

function request()
  number = number + 1
  return wrk.format(nil, nil, nil, before .. string.format("%05d%02d%015d", run, thread, number) .. after)
end
