class Broken {
  int number = "text";

  void missing() {
    undefined();
    return 1;
  }
}
