def words = 'the quick brown fox jumps over the lazy dog'.split() as List
println words.countBy { it.size() }
println words*.capitalize().reverse().join(' ')
class Point {
  int x, y
  Point plus(Point other) { new Point(x: x + other.x, y: y + other.y) }
  String toString() { "($x, $y)" }
}
println new Point(x: 1, y: 2) + new Point(x: 3, y: 4)
println args.toList()
