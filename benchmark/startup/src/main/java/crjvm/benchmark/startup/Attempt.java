package crjvm.benchmark.startup;

import java.io.IOException;

/** An operation that may be impossible on this machine. */
interface Attempt {
  void run() throws Failure, InterruptedException, IOException;
}
