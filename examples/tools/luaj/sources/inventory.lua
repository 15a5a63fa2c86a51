local stock = { apples = 3, pears = 4 }
local M = {}
function M.total()
  local sum = 0
  for _, n in pairs(stock) do sum = sum + n end
  return sum
end
return M
