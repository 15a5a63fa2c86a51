function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
print(fib(Number(arguments[0] || 15)));
