class Garbled { void m( { int = 3; }
