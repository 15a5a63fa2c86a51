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
 * A page that is written only once may belong to a compilation or a garbage collection. The second
 * restore begins without the image in the page cache, and shows which pages are read. Later
 * restores read these ahead if the image is not in the page cache then.
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
    Pages warm = pages(TrialRun.start(image, launcher, listening, false), addresses, plan);
    Pages cold = pages(TrialRun.start(image, launcher, listening, true), addresses, plan);
    List<PlanWorkingSet> set =
        PageMap.set(
            PageMap.common(List.of(warm.written(), cold.written()), area -> 2), cold.touched());
    PlanReplacement.write(image, manifest, plan.withWorkingSet(set));
    long written =
        set.stream()
            .filter(each -> each.use() == PlanWorkingSet.Use.WRITE)
            .mapToLong(PlanWorkingSet::size)
            .sum();
    return new Result(addresses.size(), written);
  }

  private record Pages(SortedMap<Long, BitSet> written, SortedMap<Long, BitSet> touched) {}

  private static Pages pages(TrialRun started, List<URI> addresses, PlanFile plan)
      throws IOException, ImageException {
    try (TrialRun trial = started) {
      trial.askAll(addresses);
      PageMap map = new PageMap(trial.pid());
      return new Pages(map.written(plan.areas(), plan.copies()), map.touched(plan.areas()));
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
