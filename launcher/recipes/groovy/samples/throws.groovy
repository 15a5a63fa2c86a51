def f(n) { if (n == 0) throw new IllegalStateException("too deep"); f(n - 1) }; f(3)
