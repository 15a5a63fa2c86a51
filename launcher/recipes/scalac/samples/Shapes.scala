package shapes

import scala.collection.mutable
import scala.util.{Try, Using}

sealed trait Shape derives CanEqual:
  def area: Double

case class Circle(radius: Double) extends Shape:
  def area: Double = 3.14 * radius * radius

case class Square(side: Double) extends Shape:
  def area: Double = side * side

enum Colour(val code: Int):
  case Red extends Colour(1)
  case Green extends Colour(2)

trait Show[A]:
  extension (value: A) def show: String

given Show[Shape] with
  extension (value: Shape)
    def show: String = value match
      case Circle(radius) if radius > 1 => s"large circle of ${value.area}"
      case Circle(_) => "small circle"
      case Square(side) => f"square of $side%.1f"

def total[A <: Shape](all: List[A]): Double = all.map(_.area).sum

inline def twice[A](inline work: => A): A =
  work
  work

@main def describe(names: String*): Unit =
  val counts = mutable.Map.empty[String, Int].withDefaultValue(0)
  for name <- names; letter <- name.headOption do counts(letter.toString) += 1
  val shapes = List(Circle(2), Square(3))
  println(twice(shapes.collect { case shape: Circle => shape.show }))
  println(Try(names.head.toInt).getOrElse(Colour.values.length))
  println(total(shapes) + counts.values.sum)
  Using(scala.io.Source.fromString("a\nb"))(_.getLines().toList).foreach(println)
