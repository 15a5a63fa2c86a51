package crjvm.trial;

import crjvm.agent.message.Failure;
import crjvm.agent.options.HttpAddress;
import crjvm.agent.warmup.RequestFile;
import crjvm.agent.warmup.WarmUpRequest;
import crjvm.image.ImageException;
import crjvm.image.manifest.Manifest;
import crjvm.image.plan.PlanFile;
import crjvm.image.plan.PlanWorkingSet;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
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
    List<WarmUpRequest> toSend = requests.isEmpty() ? warmUp(image, manifest) : checked(requests);
    List<String> listening = manifest.all("listening");
    Pages warm = pages(TrialRun.start(image, launcher, listening, false), toSend, plan);
    Pages cold;
    try {
      cold = pages(TrialRun.start(image, launcher, listening, true), toSend, plan);
    } finally {
      PageCache.fill(image);
    }
    List<PlanWorkingSet> set =
        PageMap.set(
            PageMap.common(List.of(warm.written(), cold.written()), area -> 2), cold.touched());
    PlanReplacement.write(image, manifest, plan.withWorkingSet(set));
    long written =
        set.stream()
            .filter(each -> each.use() == PlanWorkingSet.Use.WRITE)
            .mapToLong(PlanWorkingSet::size)
            .sum();
    return new Result(toSend.size(), written);
  }

  private record Pages(SortedMap<Long, BitSet> written, SortedMap<Long, BitSet> touched) {}

  private static Pages pages(TrialRun started, List<WarmUpRequest> requests, PlanFile plan)
      throws IOException, ImageException {
    try (TrialRun trial = started) {
      trial.askAll(requests);
      PageMap map = new PageMap(trial.pid());
      return new Pages(map.written(plan.areas(), plan.copies()), map.touched(plan.areas()));
    }
  }

  private static List<WarmUpRequest> checked(List<URI> requests) throws ImageException {
    List<WarmUpRequest> checked = new ArrayList<>();
    for (URI address : requests) {
      if (!HttpAddress.isUsable(address)) {
        throw new ImageException(
            "\""
                + HttpAddress.withoutUser(address.toString())
                + "\" is not an address; write http://HOST:PORT/PATH");
      }
      if (HttpAddress.hasUser(address)) {
        throw new ImageException(
            "an address has a user's name or password in front of its host; give one without them,"
                + " because requests do not send them");
      }
      checked.add(new WarmUpRequest.OfUrl(address));
    }
    return checked;
  }

  private static List<WarmUpRequest> warmUp(Path image, Manifest manifest) throws ImageException {
    List<WarmUpRequest> requests = new ArrayList<>();
    for (String request : new LinkedHashSet<>(manifest.all(Manifest.WARM_UP))) {
      if (request.startsWith(Manifest.FILE_OF_REQUESTS)) {
        requests.addAll(read(Path.of(request.substring(Manifest.FILE_OF_REQUESTS.length()))));
      } else {
        requests.add(new WarmUpRequest.OfUrl(URI.create(request)));
      }
    }
    if (requests.isEmpty()) {
      throw new ImageException(
          "\""
              + image
              + "\" was not warmed up by requests; say with --request URL what to ask for");
    }
    return requests;
  }

  private static List<? extends WarmUpRequest> read(Path file) throws ImageException {
    try {
      return RequestFile.read(file, System.getenv());
    } catch (Failure e) {
      throw new ImageException(e.getMessage(), e);
    }
  }
}
