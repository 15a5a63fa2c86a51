function Shape(name) {
  this.name = name;
}
Shape.prototype.toString = function () {
  return "[shape " + this.name + "]";
};
var shapes = ["circle", "square"].map(function (name) {
  return new Shape(name);
});
print(shapes, shapes.length, shapes instanceof Array);
var map = new Map([["one", 1], ["two", 2]]);
for (var [key, value] of map) print(key, value);
function* numbers() {
  yield 1;
  yield* [2, 3];
}
print(Array.from(numbers()), [3, 1, 2].sort(), Object.keys({ b: 1, a: 2 }));
