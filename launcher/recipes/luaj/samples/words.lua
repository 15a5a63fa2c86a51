local text = "the quick brown fox jumps over the lazy dog"
local counts, order = {}, {}
for word in text:gmatch("%a+") do
  if not counts[word] then order[#order + 1] = word end
  counts[word] = (counts[word] or 0) + 1
end
table.sort(order, function(a, b) return a < b end)
for i, word in ipairs(order) do
  io.write(string.format("%2d %-6s %d\n", i, word, counts[word]))
end
print((text:gsub("(%w+) (%w+)", "%2 %1", 2)), text:upper():find("FOX"), text:sub(-3), text:rep(2, "|"):len())
print(select("#", text:byte(1, -1)), string.char(76, 117, 97), ("%5.2f|%x|%q"):format(1 / 3, 255, 'a "b"'))
