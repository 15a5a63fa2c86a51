fun main() {
    val number: Int = "text"
    undefined(number)
}
