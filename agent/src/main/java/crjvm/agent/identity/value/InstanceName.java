package crjvm.agent.identity.value;

import crjvm.agent.os.jna.Kernel;
import crjvm.agent.randomness.Entropy;
import java.io.IOException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A kind of text that names this instance among others, such as the machine's name or a random id.
 * A text of this kind is recognised by its value and by the name under which it is known, because
 * an application may have the name of its machine, and a port may be the process id.
 */
public enum InstanceName {
  HOST,
  PROCESS,
  /** The process id and the machine's name, as in the name of the JDK's {@code RuntimeMXBean}. */
  PROCESS_AT_HOST,
  /** A random UUID. */
  UUID,
  /** A random number of 32 hexadecimal digits, as Spring's {@code ${random.value}}. */
  DIGITS;

  private static final Pattern INSTANCE = Pattern.compile("(?i)instance|replica");
  private static final Pattern PLACE =
      Pattern.compile("(?i)host|instance|machine|node|pod|replica|server|container");
  private static final Pattern PID = Pattern.compile("(?i)pid|process|instance|replica");
  private static final Pattern RANDOM_UUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  private static final Pattern RANDOM_DIGITS = Pattern.compile("[0-9a-f]{32}");

  /**
   * Returns the kind of the text, or null if it does not name this instance. A random id that the
   * user has configured does not count, because the user wants it to stay.
   *
   * @param key the name under which the text is known
   */
  public static InstanceName of(String key, String text) {
    boolean isRandom = RANDOM_UUID.matcher(text).matches() || RANDOM_DIGITS.matcher(text).matches();
    if (isRandom) {
      boolean isOwn = INSTANCE.matcher(key).find() && !OwnValues.isGiven(text);
      return isOwn ? random(text) : null;
    }
    try {
      if (PID.matcher(key).find() && text.equals(PROCESS.now(null))) {
        return PROCESS;
      }
      if (!PLACE.matcher(key).find() && !PID.matcher(key).find()) {
        return null;
      }
      if (text.equals(PROCESS_AT_HOST.now(null))) {
        return PROCESS_AT_HOST;
      }
      return PLACE.matcher(key).find() && text.equals(HOST.now(null)) ? HOST : null;
    } catch (IOException e) { // Without a host name, no text can be it.
      return null;
    }
  }

  private static InstanceName random(String text) {
    return text.indexOf('-') < 0 ? DIGITS : UUID;
  }

  /** Returns whether the text is made from random numbers, and not read from the machine. */
  public boolean isRandom() {
    return this == UUID || this == DIGITS;
  }

  /**
   * Returns the text that names this process.
   *
   * @param entropy the source of random ids; the others do not need it
   */
  public String now(Entropy entropy) throws IOException {
    return switch (this) {
      case HOST -> HostName.now();
      case PROCESS -> Integer.toString(Kernel.processId());
      case PROCESS_AT_HOST -> Kernel.processId() + "@" + HostName.now();
      case UUID -> RandomUuid.next(entropy);
      case DIGITS -> digits(entropy);
    };
  }

  private static String digits(Entropy entropy) throws IOException {
    HexFormat hexadecimal = HexFormat.of();
    return hexadecimal.toHexDigits(entropy.nextLong())
        + hexadecimal.toHexDigits(entropy.nextLong());
  }
}
