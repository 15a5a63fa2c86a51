package crjvm.it.registry;

import crjvm.it.bench.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;

/** Another checkpoint of the same application, as the next run of a pipeline makes it. */
final class SecondCheckpoint {
  private SecondCheckpoint() {}

  /** Returns the folder of the other image, which is made at the first request. */
  static Path of(Checkpoint checkpoint) throws Exception {
    Path image = checkpoint.image();
    Path kept = image.resolveSibling("first");
    Path second = image.resolveSibling("second");
    if (!Files.exists(second)) {
      Files.move(image, kept);
      checkpoint.again();
      Files.move(image, second);
      Files.move(kept, image);
    }
    return second;
  }
}
