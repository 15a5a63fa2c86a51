package crjvm.agent.checkpoint.obstacle;

import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.secret.SecretPolicy;
import crjvm.agent.secret.SecretSearch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/**
 * A look at what would make every checkpoint of this process fail, whatever the application does
 * until then. It spares the user a whole start and warm-up before the same failure.
 */
public final class EarlyLook {
  /** A size in bytes. No image has ever been smaller. */
  private static final long LEAST_IMAGE = 20L << 20;

  private EarlyLook() {}

  /**
   * @param image the image's place, which may not exist yet
   * @throws Failure no checkpoint of this process can succeed
   */
  public static void look(Path image, SecretPolicy secrets, List<String> arguments) throws Failure {
    Obstacles.lookAtJvm();
    if (secrets == SecretPolicy.FAIL) {
      lookForSecrets(arguments);
    }
    lookAtDisk(image);
  }

  /** Ignores system properties, because the application may remove them after it has read them. */
  private static void lookForSecrets(List<String> arguments) throws Failure {
    List<String> names =
        SecretSearch.find(new TreeMap<>(System.getenv()), new TreeMap<>(), arguments);
    if (!names.isEmpty()) {
      throw SecretCheck.refusal(names);
    }
  }

  private static void lookAtDisk(Path image) throws Failure {
    Path folder = image.getParent(); // the image is made beside its place
    while (folder != null && !Files.isDirectory(folder)) {
      folder = folder.getParent();
    }
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      if (free < LEAST_IMAGE) {
        throw new Failure(
            Messages.FAILED,
            "the disk of \"" + folder + "\" is full (" + (free >> 20) + " MiB are left)",
            "make room, or give another image=");
      }
    } catch (IOException e) {
      // The checkpoint finds out.
    }
  }
}
