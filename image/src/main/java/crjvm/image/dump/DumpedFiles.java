package crjvm.image.dump;

import crjvm.image.ImageException;
import crjvm.image.dump.proto.FileEntry;
import crjvm.image.dump.proto.RemapFilePath;
import java.nio.file.Path;
import java.util.List;

/** The open files in a dump, as CRIU describes them. */
public interface DumpedFiles {
  /** Returns the folder of CRIU's files. */
  Path folder();

  /**
   * Describes an open file.
   *
   * @throws ImageException if there is no such file
   */
  FileEntry file(int id) throws ImageException;

  /** Returns the files that had no name any more at the dump. */
  List<RemapFilePath> remaps();
}
