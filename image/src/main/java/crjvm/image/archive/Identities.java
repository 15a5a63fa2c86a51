package crjvm.image.archive;

import com.exceptionfactory.jagged.PayloadException;
import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.UnsupportedRecipientStanzaException;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import crjvm.image.ImageException;
import crjvm.image.InputFile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.AEADBadTagException;

/** The identities that decrypt an archive that was encrypted with age. */
public final class Identities {
  /** The value for archives that are not encrypted. */
  public static final Identities NONE = new Identities(null, List.of());

  private static final int BUFFER = 1 << 18;

  private final Path file;
  private final List<RecipientStanzaReader> readers;

  private Identities(Path file, List<RecipientStanzaReader> readers) {
    this.file = file;
    this.readers = readers;
  }

  /**
   * Reads identities. One of them has to fit the archive.
   *
   * @param file a file as age-keygen makes it, with lines such as AGE-SECRET-KEY-1…
   */
  public static Identities read(Path file) throws IOException, ImageException {
    List<RecipientStanzaReader> readers = new ArrayList<>();
    String text = new String(InputFile.read(file), StandardCharsets.ISO_8859_1);
    for (String line : text.lines().toList()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        readers.add(reader(file, line.strip()));
      }
    }
    if (readers.isEmpty()) {
      throw noIdentity(file, null);
    }
    return new Identities(file, readers);
  }

  private static RecipientStanzaReader reader(Path file, String line) throws ImageException {
    try {
      return X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(line);
    } catch (GeneralSecurityException | RuntimeException e) {
      throw noIdentity(file, e); // the message does not contain the line, which is secret
    }
  }

  private static ImageException noIdentity(Path file, Throwable cause) {
    return new ImageException(
        "\"" + file + "\" has no identity, or a line that is not one; make one with age-keygen",
        cause);
  }

  boolean isEmpty() {
    return readers.isEmpty();
  }

  /**
   * Reads the header before the content.
   *
   * @param archive the archive's name in messages
   */
  InputStream decrypt(InputStream in, String archive) throws IOException, ImageException {
    ReadableByteChannel encrypted = Channels.newChannel(in);
    try {
      ReadableByteChannel plain =
          new StandardDecryptingChannelFactory().newDecryptingChannel(encrypted, readers);
      return new BufferedInputStream(Channels.newInputStream(plain), BUFFER);
    } catch (UnsupportedRecipientStanzaException | AEADBadTagException e) {
      throw new ImageException(
          archive
              + " is encrypted for others than those in \""
              + file
              + "\"; give the identity of one of its recipients",
          e);
    } catch (PayloadException | GeneralSecurityException | RuntimeException e) {
      throw new ImageException(
          archive + " is damaged where its encryption begins; copy it again", e);
    }
  }
}
