package crjvm.image.arch;

import crjvm.image.ImageException;
import java.io.IOException;
import java.util.List;

/** Runs the restorer's program for what no Java code can learn of the processor. */
public interface ProcessorProgram {
  /**
   * Runs it.
   *
   * @param input the lines of its standard input
   * @return the lines that it has printed
   */
  List<String> run(List<String> input) throws IOException, ImageException;
}
