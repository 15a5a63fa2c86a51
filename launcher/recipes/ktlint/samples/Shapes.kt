package shapes

sealed interface Shape {
    val area: Double
}

data class Circle(val radius: Double) : Shape {
    override val area get() = 3.14 * radius * radius
}

data class Square(val side: Double) : Shape {
    override val area get() = side * side
}

inline fun <reified T : Shape> List<Shape>.only(): List<T> = filterIsInstance<T>()

fun describe(shape: Shape?): String = when (shape) {
    null -> "none"
    is Circle -> "circle of ${shape.area}"
    is Square -> "square of ${shape.area}"
}

fun main(args: Array<String>) {
    val shapes = listOf(Circle(1.0), Square(2.0)) + args.map { Square(it.toDouble()) }
    println(shapes.groupBy { it::class.simpleName }.mapValues { (_, all) -> all.size })
    shapes.only<Circle>().forEach { println(describe(it)) }
    val lazyNames by lazy { shapes.joinToString { describe(it) } }
    runCatching { println(lazyNames) }.onFailure { error("no names") }
}
