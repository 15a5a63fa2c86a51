/** Counts. */
public class Counter {
  private int count;

  public synchronized int next() {
    return ++count;
  }
}
