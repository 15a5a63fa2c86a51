package crjvm.image.archive;

import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import crjvm.image.ImageException;
import crjvm.image.manifest.Names;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/** The recipients that an archive is encrypted for with age (age-encryption.org/v1). */
public final class Recipients {
  /** The value for archives that are not encrypted, which everybody can read. */
  public static final Recipients EVERYBODY = new Recipients(List.of());

  private final List<RecipientStanzaWriter> writers;

  private Recipients(List<RecipientStanzaWriter> writers) {
    this.writers = writers;
  }

  /**
   * Parses recipients, each of which can decrypt the archive.
   *
   * @param texts X25519 recipients, {@code age1…}
   */
  public static Recipients parse(List<String> texts) throws ImageException {
    List<RecipientStanzaWriter> writers = new ArrayList<>();
    for (String text : texts) {
      try {
        writers.add(X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(text));
      } catch (GeneralSecurityException | RuntimeException e) {
        throw new ImageException(
            Names.quote(text) + " is not a recipient; give what age-keygen prints, age1…", e);
      }
    }
    return writers.isEmpty() ? EVERYBODY : new Recipients(writers);
  }

  /**
   * Returns a channel that encrypts all bytes and writes them to {@code out}. Closing it marks the
   * end and closes {@code out}.
   */
  WritableByteChannel encrypt(WritableByteChannel out) throws IOException, ImageException {
    if (writers.isEmpty()) {
      return out;
    }
    try {
      return new StandardEncryptingChannelFactory().newEncryptingChannel(out, writers);
    } catch (GeneralSecurityException e) {
      throw new ImageException("this JDK can't encrypt as age does (" + e.getMessage() + ")", e);
    }
  }
}
