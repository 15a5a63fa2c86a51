-- Classes, closures, coroutines, modules, files.
local Shape = {}
Shape.__index = Shape
Shape.__tostring = function(self) return self.name .. " of " .. self:area() end
Shape.__eq = function(a, b) return a:area() == b:area() end
Shape.__lt = function(a, b) return a:area() < b:area() end
function Shape.new(name, width, height)
  return setmetatable({ name = name, width = width, height = height }, Shape)
end
function Shape:area() return self.width * self.height end

local a, b = Shape.new("square", 2, 2), Shape.new("strip", 1, 5)
print(tostring(a), tostring(b), a == b, a < b, rawequal(a, a))

local function counter()
  local n = 0
  return function() n = n + 1; return n end
end
local count = counter()
count()
print(count(), math.floor(2.7), math.max(1, 5, 3), 7 % 3, 2 ^ 10, 10 / 4)

local squares = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i * i) end return "end" end)
print(squares(), squares(), squares(), squares())

local ok, message = pcall(function() error({ code = 7 }) end)
print(ok, type(message), message.code, pcall(error, "plain", 0))
print(select(2, xpcall(function() local x = nil; return x.y end, function(m) return "handled: " .. m end)))

local out = assert(io.open("shapes.txt", "w"))
out:write("one\n", 2, "\n")
out:close()
for line in io.lines("shapes.txt") do io.write("<", line, ">") end
print(io.open("nowhere.txt"))
print(os.remove("shapes.txt"), #os.date("%Y"), type(os.time()), type(os.clock()))
print(require("greeting").greet("Lua"), load("return 6 * 7")(), loadstring == nil)
goto done
print("left out")
::done::
print(pcall(require, "no.such.module"))
