package crjvm.servers;

import java.util.List;

/** A server that keeps numbers, as rows, messages, nodes or documents. */
public interface Store extends AutoCloseable {
  /** Connects to the server on a port of this machine. */
  interface Connector {
    Store connect(int port) throws Exception;
  }

  /** Returns when the server has acknowledged the number as kept for good. */
  void add(int number) throws Exception;

  /** All numbers that are there, each as often as it is there; none of them is taken away. */
  List<Integer> numbers() throws Exception;

  /** Takes the oldest number away for good. Only queues can. */
  default int take() throws Exception {
    throw new UnsupportedOperationException("it is no queue");
  }

  @Override
  void close() throws Exception;
}
