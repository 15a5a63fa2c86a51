package crjvm.agent.options;

import crjvm.agent.identity.IdentityPolicy;
import crjvm.agent.message.Failure;
import crjvm.agent.secret.SecretPolicy;
import crjvm.image.StaleFiles;
import crjvm.image.arch.CpuLevel;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * A parser of {@code name=value,name=value}. In values {@code \,} is a comma and {@code \\} a
 * backslash.
 */
public final class OptionParser {
  private static final String WHAT = "no checkpoint will be made";
  private static final String NAMES =
      "image, at, warmup, quiet, then, failure, helper, time-limit, portable, reseed, train, policies, secrets, train-limit,"
          + " entry, every, keep, stale, identity";
  private static final Path DEFAULT_IMAGE = Path.of("crjvm-image");
  private static final Duration DEFAULT_QUIET = Duration.ofSeconds(60);
  private static final Duration DEFAULT_TIME_LIMIT = Duration.ofSeconds(60);
  private static final Duration DEFAULT_TRAINING_LIMIT = Duration.ofSeconds(30);
  private static final int MAX_PORT = 65535;
  private static final int DEFAULT_KEEP = 3;

  private Path image = DEFAULT_IMAGE;
  private WarmPoint at;
  private WarmUp warmUp;
  private Duration quiet = DEFAULT_QUIET;
  private Options.Then then;
  private Options.Then failure = Options.Then.CONTINUE;
  private Path helper;
  private Duration timeLimit = DEFAULT_TIME_LIMIT;
  private CpuLevel portable;
  private boolean reseed = true;
  private boolean recordsWorkingSet = true;
  private Path trainingFile;
  private Duration trainingLimit = DEFAULT_TRAINING_LIMIT;
  private Path policies;
  private SecretPolicy secrets = SecretPolicy.WARN;
  private IdentityPolicy identity = IdentityPolicy.WARN;
  private Path entry;
  private Duration every;
  private Integer keep;
  private StaleFiles stale;

  private OptionParser() {}

  public static Options parse(String text) throws Failure {
    return new OptionParser().read(text);
  }

  /** Returns the options of an agent that was attached to make an image. */
  public static Options attached() throws Failure {
    return parse("at=api,quiet=off,then=continue");
  }

  /** Returns whether the options, which may be wrong otherwise, contain {@code failure=exit}. */
  public static boolean wantsExit(String text) {
    return splitAtCommas(text).contains("failure=exit");
  }

  private Options read(String text) throws Failure {
    Map<String, String> values = split(text);
    for (Map.Entry<String, String> option : values.entrySet()) {
      set(option.getKey(), option.getValue());
    }
    if (trainingFile != null && !(at instanceof WarmPoint.Main)) {
      throw new Failure(
          WHAT,
          "the option \"train\" is the file \"" + trainingFile + "\", but \"at\" is not \"main\"",
          "use at=main for a tool, or train=on or off");
    } else if (trainingFile != null && warmUp != null) {
      throw new Failure(
          WHAT,
          "the option \"warmup\" has no effect with train=" + trainingFile,
          "leave it out: the command lines are the warm-up");
    }
    checkSeries();
    if (at == null) { // a job need not listen on a port
      at = every == null ? new WarmPoint.Auto() : new WarmPoint.Delay(every);
    }
    return new Options(images(), moment(values), means(), training(), rules());
  }

  private Options.Images images() {
    return new Options.Images(
        image,
        Optional.ofNullable(entry),
        Optional.ofNullable(every),
        every == null ? OptionalInt.empty() : OptionalInt.of(keep == null ? DEFAULT_KEEP : keep));
  }

  private Options.Moment moment(Map<String, String> values) {
    return new Options.Moment(
        at,
        values.getOrDefault("at", every == null ? "auto" : "delay:" + values.get("every")),
        Optional.ofNullable(warmUp),
        Optional.ofNullable(quiet),
        then == null ? Options.Then.EXIT : then,
        failure);
  }

  private Options.Means means() {
    return new Options.Means(
        Optional.ofNullable(helper), timeLimit, Optional.ofNullable(portable), recordsWorkingSet);
  }

  private Optional<Options.Training> training() {
    return Optional.ofNullable(trainingFile).map(file -> new Options.Training(file, trainingLimit));
  }

  private Options.Rules rules() {
    boolean mustBeSame = entry != null || trainingFile != null; // nobody looks at such a start
    StaleFiles usual = mustBeSame ? StaleFiles.REFUSE : StaleFiles.WARN;
    return new Options.Rules(
        Optional.ofNullable(policies), secrets, identity, stale == null ? usual : stale, reseed);
  }

  private void checkSeries() throws Failure {
    if (every == null && keep != null) {
      throw new Failure(
          WHAT, "the option \"keep\" is about images of every=", "give every=TIME, or no keep=");
    } else if (every != null && then == Options.Then.EXIT) {
      throw new Failure(
          WHAT,
          "the job of every= goes on after an image, and then=exit would end it",
          "leave out one of them");
    } else if (every != null) {
      then = Options.Then.CONTINUE;
    }
  }

  private void set(String name, String value) throws Failure {
    switch (name) {
      case "image" -> image = path(name, value);
      case "at" -> at = warmPoint(value);
      case "warmup" -> warmUp = warmUp(value);
      case "quiet" -> quiet = quiet(value);
      case "then" -> then = then(name, value);
      case "failure" -> failure = then(name, value);
      case "helper" -> helper = path(name, value);
      case "time-limit" -> timeLimit = timeLimit(value);
      case "portable" -> portable = portable(value);
      case "reseed" -> reseed = isOn(name, value);
      case "train" -> train(value);
      case "train-limit" -> trainingLimit = duration(name, value);
      case "policies" -> policies = path(name, value);
      case "secrets" -> secrets = secrets(value);
      case "identity" -> identity = identity(value);
      case "entry" -> {
        entry = path(name, value);
        image = entry.resolve("image");
      }
      case "every" -> every = every(value);
      case "keep" -> keep = keep(value);
      case "stale" -> stale = stale(value);
      default -> throw new Failure(WHAT, "unknown option \"" + name + "\"", "known are " + NAMES);
    }
  }

  private static Map<String, String> split(String text) throws Failure {
    Map<String, String> values = new LinkedHashMap<>();
    for (String part : splitAtCommas(text)) {
      int equals = part.indexOf('=');
      if (equals <= 0) {
        throw new Failure(
            WHAT,
            "the option \"" + part + "\" has no value",
            "write name=value, and \\, for a comma inside a value");
      }
      String name = part.substring(0, equals);
      if (values.put(name, part.substring(equals + 1)) != null) {
        throw new Failure(WHAT, "the option \"" + name + "\" is given twice", "keep one of them");
      }
    }
    return values;
  }

  private static List<String> splitAtCommas(String text) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isLast = i + 1 == text.length();
      if (c == '\\' && !isLast && (text.charAt(i + 1) == ',' || text.charAt(i + 1) == '\\')) {
        part.append(text.charAt(++i));
      } else if (c == ',') {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.add(part.toString());
    parts.removeIf(String::isEmpty);
    return parts;
  }

  private static WarmPoint warmPoint(String value) throws Failure {
    int colon = value.indexOf(':');
    String kind = colon < 0 ? value : value.substring(0, colon);
    String detail = colon < 0 ? "" : value.substring(colon + 1);
    if (kind.equals("auto") && colon < 0) {
      return new WarmPoint.Auto();
    } else if (kind.equals("main") && colon < 0) {
      return new WarmPoint.Main();
    } else if (kind.equals("launch") && colon < 0) {
      return new WarmPoint.Launch();
    } else if (kind.equals("api") && colon < 0) {
      return new WarmPoint.Api();
    }
    return switch (kind) {
      case "port" -> new WarmPoint.Port(port(detail));
      case "http", "https" ->
          new WarmPoint.Http(
              url("at", kind.equals("https") || detail.startsWith("//") ? value : detail));
      case "method" -> method(detail);
      case "delay" -> new WarmPoint.Delay(duration("at", detail));
      default ->
          throw bad(
              "at",
              value,
              "use auto, port:NUMBER, http:URL, method:CLASS#METHOD, main, launch, delay:TIME or api");
    };
  }

  private static WarmPoint method(String detail) throws Failure {
    int hash = detail.indexOf('#');
    if (hash <= 0 || hash == detail.length() - 1) {
      throw bad("at", "method:" + detail, "write method:com.acme.App#ready");
    }
    return new WarmPoint.Method(detail.substring(0, hash), detail.substring(hash + 1));
  }

  private static int port(String text) throws Failure {
    int port = number(text);
    if (port < 1 || port > MAX_PORT) {
      throw bad("at", "port:" + text, "a port is a number from 1 to " + MAX_PORT);
    }
    return port;
  }

  private static WarmUp warmUp(String value) throws Failure {
    if (value.startsWith("cmd:")) {
      String line = value.substring("cmd:".length());
      if (line.isBlank()) {
        throw bad("warmup", value, "write cmd:COMMAND");
      }
      return new WarmUp.Command(line);
    } else if (value.startsWith("file:")) {
      return requestFile(value);
    }
    List<WarmUp.Repeated> requests = new ArrayList<>();
    long total = 0;
    for (String part : value.split(";", -1)) {
      int star = part.lastIndexOf('*');
      int count = star < 0 ? 1 : number(part.substring(star + 1));
      if (count < 1) {
        throw bad(
            "warmup",
            part,
            "write URL*COUNT, several with semicolons between, file:PATH*COUNT or cmd:COMMAND");
      }
      requests.add(
          new WarmUp.Repeated(url("warmup", star < 0 ? part : part.substring(0, star)), count));
      total += count;
    }
    if (total > Integer.MAX_VALUE) {
      throw bad("warmup", value, "ask for at most " + Integer.MAX_VALUE + " requests in all");
    }
    return new WarmUp.Requests(List.copyOf(requests));
  }

  private static WarmUp requestFile(String value) throws Failure {
    String path = value.substring("file:".length());
    int star = path.lastIndexOf('*');
    int count = star < 0 ? 1 : number(path.substring(star + 1));
    if (star >= 0) {
      path = path.substring(0, star);
    }
    if (count < 1 || path.isEmpty()) {
      throw bad("warmup", value, "write file:PATH*COUNT");
    }
    return new WarmUp.RequestFile(path("warmup", path), count);
  }

  private static URI url(String option, String text) throws Failure {
    URI url =
        HttpAddress.parse(text)
            .orElseThrow(
                () -> bad(option, text, "use an address such as http://localhost:8080/path"));
    if (HttpAddress.hasUser(url)) {
      throw new Failure(
          WHAT,
          "the option \"" + option + "\" has a user's name or password in front of its host",
          "give an address without them, because requests do not send them");
    }
    return url;
  }

  private static Duration quiet(String value) throws Failure {
    return switch (value) {
      case "on" -> DEFAULT_QUIET;
      case "off" -> null;
      default -> duration("quiet", value);
    };
  }

  private static Options.Then then(String name, String value) throws Failure {
    return switch (value) {
      case "exit" -> Options.Then.EXIT;
      case "continue" -> Options.Then.CONTINUE;
      default -> throw bad(name, value, "use exit or continue");
    };
  }

  private static CpuLevel portable(String value) throws Failure {
    List<CpuLevel> own = CpuLevel.ofThisMachine();
    String remedy =
        "use " + own.stream().map(CpuLevel::toString).collect(Collectors.joining(" or "));
    for (CpuLevel level : CpuLevel.values()) {
      if (level.toString().equals(value) && own.contains(level)) {
        return level;
      } else if (level.toString().equals(value)) {
        remedy += ", because that is a level of " + level.architecture().title();
      }
    }
    throw bad("portable", value, remedy);
  }

  private static StaleFiles stale(String value) throws Failure {
    return switch (value) {
      case "refuse" -> StaleFiles.REFUSE;
      case "warn" -> StaleFiles.WARN;
      case "ignore" -> StaleFiles.IGNORE;
      default -> throw bad("stale", value, "use refuse, warn or ignore");
    };
  }

  private static IdentityPolicy identity(String value) throws Failure {
    return switch (value) {
      case "warn" -> IdentityPolicy.WARN;
      case "list" -> IdentityPolicy.LIST;
      case "fail" -> IdentityPolicy.FAIL;
      case "ignore" -> IdentityPolicy.IGNORE;
      default -> throw bad("identity", value, "use warn, list, fail or ignore");
    };
  }

  private static SecretPolicy secrets(String value) throws Failure {
    return switch (value) {
      case "warn" -> SecretPolicy.WARN;
      case "fail" -> SecretPolicy.FAIL;
      case "ignore" -> SecretPolicy.IGNORE;
      default -> throw bad("secrets", value, "use warn, fail or ignore");
    };
  }

  /**
   * Reads the option with two meanings: a file trains a tool, on or off decides about the working
   * set.
   */
  private void train(String value) throws Failure {
    switch (value) {
      case "on" -> recordsWorkingSet = true;
      case "off" -> recordsWorkingSet = false;
      default -> trainingFile = path("train", value);
    }
  }

  private static boolean isOn(String name, String value) throws Failure {
    return switch (value) {
      case "on" -> true;
      case "off" -> false;
      default -> throw bad(name, value, "use on or off");
    };
  }

  private static Duration every(String value) throws Failure {
    Duration interval = duration("every", value);
    if (interval.toSeconds() < 1) {
      throw bad("every", value, "it has to be at least 1s");
    }
    return interval;
  }

  private static int keep(String value) throws Failure {
    int count = number(value);
    if (count < 1) {
      throw bad("keep", value, "write how many images are to stay, at least 1");
    }
    return count;
  }

  private static Duration timeLimit(String value) throws Failure {
    Duration limit = duration("time-limit", value);
    if (limit.toSeconds() < 1) {
      throw bad("time-limit", value, "it has to be at least 1s");
    }
    return limit;
  }

  /** Parses a duration such as {@code 500ms}, {@code 10s} or {@code 2m}. */
  private static Duration duration(String option, String text) throws Failure {
    int end = 0;
    while (end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
    }
    int value = number(text.substring(0, end));
    String unit = text.substring(end);
    if (value < 0) {
      unit = "";
    }
    return switch (unit) {
      case "ms" -> Duration.ofMillis(value);
      case "s" -> Duration.ofSeconds(value);
      case "m" -> Duration.ofMinutes(value);
      default -> throw bad(option, text, "write a time such as 500ms, 10s or 2m");
    };
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static Path path(String option, String value) throws Failure {
    try {
      if (!value.isEmpty()) {
        return Path.of(value);
      }
    } catch (InvalidPathException e) {
      // The failure is the same as for an empty path.
    }
    throw bad(option, value, "write a path");
  }

  private static Failure bad(String option, String value, String remedy) {
    return new Failure(
        WHAT,
        "the option \"" + option + "\" can't be \"" + HttpAddress.withoutUser(value) + "\"",
        remedy);
  }
}
