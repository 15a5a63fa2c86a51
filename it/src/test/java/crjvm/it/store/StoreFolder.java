package crjvm.it.store;

import crjvm.it.bench.Jdk;
import crjvm.it.bench.Workbench;
import java.nio.file.Path;
import java.util.List;

/** The folder of a server, as the kinds of servers see it: what they need for their first start. */
interface StoreFolder {
  Workbench bench();

  Jdk jdk();

  /** Returns the client's jar. */
  Path jar();

  Path folder();

  /** Returns the folder with the server's libraries. */
  Path libraries();

  /** Returns the ports of every start, except a second one at the same time. */
  List<Integer> ports();

  /** Runs a program of the server's own libraries. */
  void tool(Object... words) throws Exception;

  void run(int status, Object... words) throws Exception;
}
