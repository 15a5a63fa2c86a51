fun main() {
    val unused = 1
    val text: String = "a"
    println(text!!)
}
