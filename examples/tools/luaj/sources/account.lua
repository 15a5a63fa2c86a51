local Account = { balance = 0 }
Account.__index = Account
Account.__add = function(a, b) return Account.open(a.balance + b.balance) end
Account.__call = function(self, amount) self.balance = self.balance + amount; return self end
Account.__len = function(self) return self.balance end
Account.__concat = function(a, b) return "account " .. #a .. " and " .. tostring(b) end
function Account.open(amount) return setmetatable({ balance = amount }, Account) end
function Account:withdraw(amount)
  if amount > self.balance then error("not enough: " .. self.balance, 2) end
  self.balance = self.balance - amount
end
local one, two = Account.open(10.25), Account.open(5)
one(0.5):withdraw(0.75)
print(one.balance, (one + two).balance, #two, one .. "none")
two:withdraw(6)
