class A { void m() { return 1 }
