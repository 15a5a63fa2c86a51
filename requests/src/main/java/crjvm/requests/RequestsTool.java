package crjvm.requests;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code crjvm requests}. */
@Command(
    name = "requests",
    description =
        "Makes a file of requests for a warm-up (warmup=file:PATH*COUNT) from what you have. Read it"
            + " before you use it: its requests are sent hundreds of times.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class RequestsTool implements Callable<Integer> {
  private static final int FAILED = 1;

  /** The launcher's status for wrong use. */
  private static final int USAGE = 125;

  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Source source;

  /** The file that the requests are made from. */
  private static final class Source {
    @Option(
        names = "--har",
        paramLabel = "FILE",
        description =
            "a recording of a browser's network tools: its requests in their order, with bodies; a"
                + " login is sent once")
    private Path har;

    @Option(
        names = "--openapi",
        paramLabel = "FILE",
        description =
            "a description by OpenAPI 3 or Swagger 2, in YAML or JSON: its GET operations, with the"
                + " examples that it has for their parameters")
    private Path openApi;

    @Option(
        names = "--access-log",
        paramLabel = "FILE",
        description =
            "a log in the common or combined format: the addresses that were asked for most often")
    private Path accessLog;
  }

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "where the application listens when it is warmed up, http://HOST:PORT")
  private String url;

  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "with --har, the server whose requests are taken, http[s]://HOST[:PORT] (default: that of"
              + " the first one)")
  private String server;

  @Option(
      names = "--most",
      paramLabel = "N",
      defaultValue = "50",
      description = "with --access-log, the number of addresses (default: 50)")
  private int most;

  @Option(
      names = "--image",
      paramLabel = "DIR",
      description =
          "with --access-log, makes no file, but says which kinds of the log's requests have not"
              + " warmed this image up")
  private Path image;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "where it goes (default: standard output)")
  private Path output;

  private RequestsTool() {}

  /** Ends with 0, with 1 if there is no file of requests, or with 125 for wrong use. */
  public static void main(String[] args) {
    CommandLine line = new CommandLine(new RequestsTool());
    line.setParameterExceptionHandler(RequestsTool::refuse);
    line.setExecutionExceptionHandler((e, command, parsed) -> fail(e));
    System.exit(line.execute(args));
  }

  private static int refuse(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    String text = e.getMessage().replaceFirst("^Error: ", "");
    text = text.replace('\n', ' ').replace('\'', '"');
    err.println("crjvm: wrong use: " + text + "; see crjvm help requests");
    return USAGE;
  }

  private static int fail(Exception e) throws Exception {
    if (e instanceof InputException) {
      System.err.println("crjvm: no requests: " + e.getMessage());
    } else if (e instanceof IOException) {
      System.err.println("crjvm: no requests: " + e.getMessage() + "; check path and permissions");
    } else {
      throw e;
    }
    return FAILED;
  }

  @Override
  public Integer call() throws IOException, InputException {
    if (most < 1) {
      throw new ParameterException(spec.commandLine(), "--most takes a number from 1 on");
    }
    if (image != null) {
      return compare();
    }
    if (url == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: \"--url=URL\"");
    }
    String base = base();
    RequestList list = read();
    if (list.isEmpty()) {
      throw new InputException(
          "none is left (" + String.join("; ", list.report()) + "); give another file");
    }
    String text = list.format(base);
    if (output == null) {
      System.out.print(text);
    } else {
      Files.writeString(output, text);
    }
    list.report().forEach(line -> System.err.println("crjvm: " + line));
    return 0;
  }

  private int compare() throws IOException, InputException {
    if (source.accessLog == null) {
      throw new ParameterException(spec.commandLine(), "--image needs --access-log");
    }
    Documents.check(source.accessLog);
    WarmUpCoverage.compare(source.accessLog, image).forEach(System.out::println);
    return 0;
  }

  private RequestList read() throws IOException, InputException {
    if (source.har != null) {
      return HarFile.read(source.har, server);
    } else if (source.openApi != null) {
      return OpenApiDocument.read(source.openApi);
    }
    Documents.check(source.accessLog);
    return AccessLog.read(source.accessLog, most);
  }

  private String base() {
    try {
      URI base = new URI(url);
      boolean isHttp = "http".equals(base.getScheme()) || "https".equals(base.getScheme());
      if (isHttp && base.getHost() != null) {
        return url.replaceFirst("/+$", "");
      }
    } catch (URISyntaxException e) {
      // The message is the same as for other invalid addresses.
    }
    throw new ParameterException(spec.commandLine(), "--url takes http://HOST:PORT");
  }
}
