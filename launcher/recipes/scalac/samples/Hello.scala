object Hello:
  def main(arguments: Array[String]): Unit = println("hello")
