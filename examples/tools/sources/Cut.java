class Cut {
  String text = "no end;
  int x = 0x;
