print(("a,b,,c"):gsub(",", ";"), ("key = value"):match("(%w+)%s*=%s*(%w+)"))
for year, month in ("2020-01 2021-12"):gmatch("(%d+)-(%d+)") do io.write(year, "/", month, " ") end
print(("%05d %+d %e %g %s %%"):format(42, 7, 12345.678, 0.1, "text"))
print(("Grüße"):len(), ("Grüße"):upper(), "\65\x42\z
       C", [[long
string]])
print(("x"):rep(3), ("abc"):reverse(), ("hello"):find("l", 1, true), ("f(a(b)c)d"):match("%b()"))
print(pcall(string.rep))
