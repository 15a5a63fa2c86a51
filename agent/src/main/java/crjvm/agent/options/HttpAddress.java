package crjvm.agent.options;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Looks at addresses that users give. */
public final class HttpAddress {
  private HttpAddress() {}

  /** Returns the address, or nothing if no request can be sent there. */
  public static Optional<URI> parse(String text) {
    try {
      return Optional.of(new URI(text)).filter(HttpAddress::isUsable);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** Returns whether a request can be sent there. */
  public static boolean isUsable(URI address) {
    boolean isHttp = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
    return isHttp && address.getHost() != null;
  }

  /**
   * Returns whether an address has a user's name or password. Such an address is refused by a
   * message without it: it would get into output and images, and no request would send the user.
   */
  public static boolean hasUser(URI address) {
    return address.getRawUserInfo() != null;
  }

  /** Returns a text for a message, without users' names and passwords in its addresses. */
  public static String withoutUser(String text) {
    return text.replaceAll("(\\w://)[^/?#;\\s]*@", "$1");
  }
}
