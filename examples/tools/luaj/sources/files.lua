local file = assert(io.open("lines.txt"))
print(file:read("*l"), file:read("*n"), file:seek("cur") > 0, file:read("*a"))
file:close()
local out = io.open("made.txt", "w")
for line in io.lines("lines.txt") do out:write(line:upper(), "\n") end
out:close()
print(os.rename("made.txt", "renamed.txt"), io.open("made.txt"))
io.stderr:write("to standard error\n")
print(dofile("fib.lua"), require("inventory").total())
