package crjvm.image.arch;

import crjvm.image.ImageException;
import java.io.IOException;
import java.util.List;

/** Runs the restorer, which finds out what Java code can't about the processor. */
public interface ProcessorProgram {
  /**
   * Runs the program.
   *
   * @param input the lines of its standard input
   * @return the lines that it has printed
   */
  List<String> run(List<String> input) throws IOException, ImageException;
}
