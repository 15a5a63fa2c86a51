-- A producer and its consumer.
local producer = coroutine.create(function(first)
  for i = first, first + 3 do
    local answer = coroutine.yield("item " .. i)
    if answer == "stop" then return "stopped" end
  end
end)
print(coroutine.resume(producer, 1))
print(coroutine.resume(producer, "more"), coroutine.status(producer))
print(coroutine.resume(producer, "stop"))
print(coroutine.resume(producer), coroutine.status(producer))
print(coroutine.resume(coroutine.create(function() error("inside") end)))
