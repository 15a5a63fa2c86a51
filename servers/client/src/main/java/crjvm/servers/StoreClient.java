package crjvm.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The command line of a client: {@code PORT add FIRST COUNT}, {@code PORT take COUNT} or {@code
 * PORT read}. It prints one line for each number that the server has acknowledged (as soon as it
 * has), that was taken, or that is stored. The first failure ends it with status 1.
 *
 * <p>Without arguments it reads such lines from standard input and connects again for each of them.
 * It prints {@code done} or {@code failed} after the output for a line.
 */
public final class StoreClient {
  private StoreClient() {}

  public static void run(Store.Connector connector, String... arguments) {
    boolean succeeded = true;
    try {
      if (arguments.length == 0) {
        followInput(connector);
      } else {
        succeeded = follow(connector, arguments);
      }
    } catch (IOException e) {
      e.printStackTrace();
      succeeded = false;
    }
    // Some libraries leave threads running.
    System.exit(succeeded ? 0 : 1);
  }

  private static void followInput(Store.Connector connector) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      System.out.println(follow(connector, line.split(" ")) ? "done" : "failed");
    }
  }

  /**
   * Executes one command.
   *
   * @return false if it failed
   */
  private static boolean follow(Store.Connector connector, String... words) {
    try (Store store = connector.connect(Integer.parseInt(words[0]))) {
      switch (words[1]) {
        case "add" -> add(store, Integer.parseInt(words[2]), Integer.parseInt(words[3]));
        case "take" -> take(store, Integer.parseInt(words[2]));
        case "read" -> store.numbers().forEach(System.out::println);
        default -> throw new IllegalArgumentException(words[1]);
      }
      return true;
    } catch (Exception e) {
      e.printStackTrace();
      return false;
    }
  }

  private static void add(Store store, int first, int count) throws Exception {
    for (int number = first; number < first + count; number++) {
      store.add(number);
      System.out.println(number);
    }
  }

  private static void take(Store store, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      System.out.println(store.take());
    }
  }
}
