fun main() {
    println("open
}
