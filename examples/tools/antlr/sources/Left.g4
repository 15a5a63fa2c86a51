grammar Left;
a: b;
b: a;
ID: [a-z]+;
OTHER: [a-z]+;
