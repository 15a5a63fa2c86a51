package crjvm.it.framework;

import crjvm.it.bench.ClockOffset;
import java.io.IOException;
import java.nio.file.Path;

/** The further copies of an application that a check asks for. */
interface MoreCopies {
  /** Returns the folder in which the original ran. */
  Path folder();

  Path newFolder(String name) throws IOException;

  /** Restores a copy and waits until it serves. */
  FrameworkProcess restore(ClockOffset clock, Path folder, Object... options) throws IOException;
}
