// The primes below a limit.
function sieve(limit) {
  var composite = [], primes = [];
  for (var i = 2; i < limit; i++) {
    if (composite[i]) continue;
    primes.push(i);
    for (var j = i * i; j < limit; j += i) composite[j] = true;
  }
  return primes;
}
print(sieve(arguments.length ? Number(arguments[0]) : 100).join(" "));
