package crjvm.servers;

import java.util.List;

/** A server that stores numbers, as rows, messages, nodes or documents. */
public interface Store extends AutoCloseable {
  /** Connects to the server on a port of this machine. */
  interface Connector {
    Store connect(int port) throws Exception;
  }

  /** Adds a number, and returns when the server has acknowledged that it is stored permanently. */
  void add(int number) throws Exception;

  /** Returns all numbers, each as often as it is stored. None of them is removed. */
  List<Integer> numbers() throws Exception;

  /** Removes the oldest number permanently, and returns it. Only queues can do this. */
  default int take() throws Exception {
    throw new UnsupportedOperationException("it is not a queue");
  }

  @Override
  void close() throws Exception;
}
