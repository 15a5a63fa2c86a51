import java.util.Vector;

class Old {
  Vector names = new Vector();

  @SuppressWarnings("serial")
  static class Failure extends Exception {}

  void run(Thread thread) {
    names.add(new Integer(3));
    thread.stop();
    int empty;
    if (names == null) ;
    switch (names.size()) {
      case 1:
        System.out.println("one");
      case 2:
        System.out.println("two");
    }
  }
}
