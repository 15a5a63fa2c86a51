package crjvm.agent.os.process;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** The encoding of file names, arguments and the environment. */
public final class NativeEncoding {
  public static final Charset CHARSET = charset();

  private NativeEncoding() {}

  private static Charset charset() {
    try {
      return Charset.forName(System.getProperty("sun.jnu.encoding"));
    } catch (IllegalArgumentException e) {
      return StandardCharsets.UTF_8;
    }
  }
}
