package crjvm.benchmark.startup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An image that {@code crjvm run} restores, as the ordinary user. */
final class CrjvmWay extends Way {
  private final Path image;

  CrjvmWay(Place place, Application application, Variant variant, Path image) {
    super(place, application, variant);
    this.image = image;
  }

  Path image() {
    return image;
  }

  /** Returns a way that uses a copy of the image in a different place. */
  CrjvmWay at(Path copy) {
    return new CrjvmWay(place(), application(), variant(), copy);
  }

  @Override
  Child start() throws Failure, InterruptedException {
    List<String> command = command();
    if (application().isTool()) {
      command.add("--");
      command.addAll(application().arguments());
    }
    return place().startAsUser(command, place().newLog(name()));
  }

  /** Starts a copy that listens on a different port. */
  Child startAt(int port) throws Failure, InterruptedException {
    List<String> command = command();
    command.addAll(List.of("--listen", application().port() + "=" + port));
    return place().startAsUser(command, place().newLog(name()));
  }

  private List<String> command() {
    return new ArrayList<>(
        List.of(place().crjvm(), "run", "--image", image.toString(), "--no-fallback"));
  }
}
