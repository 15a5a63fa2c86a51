package crjvm.frameworks.identities.fips;

import crjvm.frameworks.identities.IdentitiesApplication;
import crjvm.frameworks.identities.Source;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.bouncycastle.jcajce.provider.BouncyCastleFipsProvider;

/**
 * Serves the generators of BouncyCastle's FIPS release by name, and those of the JDK that use them
 * because this provider comes first.
 */
public final class FipsApplication {
  private static final int BYTES = 16;

  private FipsApplication() {}

  public static void main(String[] args) throws Exception {
    Provider provider = new BouncyCastleFipsProvider();
    Security.insertProviderAt(provider, 1);
    IdentitiesApplication.serve(
        args,
        Map.of(
            "fips", bytes(SecureRandom.getInstance("DEFAULT", provider)),
            "fips-nonce", bytes(SecureRandom.getInstance("NONCEANDIV", provider)),
            "fips-uuid", () -> UUID.randomUUID().toString()));
  }

  private static Source bytes(SecureRandom random) {
    return () -> {
      byte[] bytes = new byte[BYTES];
      random.nextBytes(bytes);
      return HexFormat.of().formatHex(bytes);
    };
  }
}
