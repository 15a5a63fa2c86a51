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

/** For whom an archive is encrypted, by age (age-encryption.org/v1). */
public final class Recipients {
  /** For everybody: it is not. */
  public static final Recipients EVERYBODY = new Recipients(List.of());

  private final List<RecipientStanzaWriter> writers;

  private Recipients(List<RecipientStanzaWriter> writers) {
    this.writers = writers;
  }

  /**
   * Each of them can decrypt the archive.
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
            Names.quote(text) + " is no recipient; give what age-keygen prints, age1…", e);
      }
    }
    return writers.isEmpty() ? EVERYBODY : new Recipients(writers);
  }

  /**
   * What is written to the result gets to {@code out} encrypted; closing the result, which closes
   * {@code out}, marks the end.
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
