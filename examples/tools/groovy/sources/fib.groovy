int fib(int n) { n < 2 ? n : fib(n - 1) + fib(n - 2) }
println fib((args ? args[0] : '15') as int)
