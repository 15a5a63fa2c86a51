object Warned:
  def name(value: Option[Int]): Int = value match
    case Some(number) => number

  @deprecated("use name", "1") def old: Int = 1

  def caller: Int = old
