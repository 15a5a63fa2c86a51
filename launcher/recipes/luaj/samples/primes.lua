-- The primes below a limit.
local limit = tonumber(arg[1] or 100)
local composite, primes = {}, {}
for i = 2, limit do
  if not composite[i] then
    primes[#primes + 1] = i
    for j = i * i, limit, i do composite[j] = true end
  end
end
print(table.concat(primes, " "))
