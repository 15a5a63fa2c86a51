package crjvm.trial;

import crjvm.image.ImageException;
import crjvm.image.manifest.Manifest;
import crjvm.image.plan.PlanFile;
import crjvm.image.plan.PlanWorkingSet;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;

/**
 * The recording of a server's working set. It restores an image twice, sends requests, and records
 * in the plan the pages that were written both times, so that later restores get them all at once.
 * A page that is written only once may belong to a compilation or a garbage collection. Pages that
 * are only read are not recorded, because the kernel maps many of them at each fault anyway.
 */
public final class RequestPages {
  private RequestPages() {}

  /**
   * The result of a recording.
   *
   * @param requests the number of requests
   * @param written the bytes of the recorded pages
   */
  public record Result(int requests, long written) {}

  /**
   * Records the working set of an image. The files of the image that running copies have mapped are
   * not changed.
   *
   * @param launcher the command {@code crjvm}
   * @param requests the requests to send one after the other; empty: those of the image's warm-up,
   *     each once
   * @throws ImageException the image can't be restored here, or an answer is not the expected one
   */
  public static Result record(Path image, Path launcher, List<URI> requests)
      throws IOException, ImageException, InterruptedException {
    Manifest manifest = Manifest.read(image);
    if (!Files.isWritable(image)) {
      throw new ImageException(
          "\""
              + image
              + "\" can't be written; optimize it as its owner, before it is made read-only");
    }
    PlanFile plan = PlanFile.read(image.resolve(PlanFile.FILE));
    List<URI> addresses = requests.isEmpty() ? warmUp(image, manifest) : checked(requests);
    List<String> listening = manifest.all("listening");
    List<PlanWorkingSet> set =
        PageMap.common(
            List.of(
                written(TrialRun.start(image, launcher, listening), addresses, plan),
                written(TrialRun.start(image, launcher, listening), addresses, plan)),
            area -> 2);
    PlanReplacement.write(image, manifest, plan.withWorkingSet(set));
    return new Result(addresses.size(), set.stream().mapToLong(PlanWorkingSet::size).sum());
  }

  private static SortedMap<Long, BitSet> written(
      TrialRun started, List<URI> addresses, PlanFile plan) throws IOException, ImageException {
    try (TrialRun trial = started) {
      trial.askAll(addresses);
      return new PageMap(trial.pid()).written(plan.areas(), plan.copies());
    }
  }

  private static List<URI> checked(List<URI> requests) throws ImageException {
    for (URI address : requests) {
      boolean isHttp = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      if (!isHttp || address.getHost() == null) {
        throw new ImageException(
            "\"" + address + "\" is not an address; write http://HOST:PORT/PATH");
      }
    }
    return requests;
  }

  private static List<URI> warmUp(Path image, Manifest manifest) throws ImageException {
    List<URI> addresses =
        manifest.all(Manifest.WARM_UP).stream().distinct().map(URI::create).toList();
    if (addresses.isEmpty()) {
      throw new ImageException(
          "\""
              + image
              + "\" was not warmed up by requests; say with --request URL what to ask for");
    }
    return addresses;
  }
}
