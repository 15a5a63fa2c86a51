object Broken:
  val number: Int = "text"
  undefined(number)
