local t = { 5, 3, 9, [10] = "ten", name = "list", nested = { 1, { 2 } } }
table.insert(t, 1, 0)
print(#t, t.name, t[10], t.nested[2][1], table.remove(t), table.unpack(t, 1, 2))
table.sort(t, function(a, b) return a > b end)
print(table.concat(t, ", "), next({}), rawlen({ 1, 2 }))
local keys = {}
for key in pairs({ b = 1, a = 2, c = 3 }) do keys[#keys + 1] = key end
table.sort(keys)
print(table.concat(keys))
print(table.pack(1, nil, 3).n, math.huge, -math.huge, 1e15, 2 ^ 53, 0.1 + 0.2)
print(bit32.band(0xff, 0x0f), bit32.lshift(1, 4), tonumber("ff", 16), tonumber("x"))
local proxy = setmetatable({}, { __index = function(_, key) return key .. "!" end, __newindex = function() error("read only") end })
print(proxy.any)
proxy.any = 1
