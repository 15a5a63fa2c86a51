package crjvm.door;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The class loader of the agent's classes and libraries. They are in the folder {@code isolated/}
 * of the jar, as {@code .classdata}, so that programs that scan class paths do not take them for
 * classes of the application.
 *
 * <p>Classes in the jar take precedence over the parent's, because another agent may have put its
 * Byte Buddy on the boot class path. The system class loader loads the packages that the
 * application sees, so that the agent and the application share them.
 */
public final class IsolatedClassLoader extends ClassLoader {
  private static final String PREFIX = "isolated/";
  private static final String NATIVE_SUFFIX = ".so";

  static {
    registerAsParallelCapable();
  }

  private final ZipFile jar;
  private final Path jarPath;
  private final ClassLoader shared;
  private final ProtectionDomain domain;

  private IsolatedClassLoader(Path jarPath, ClassLoader shared) throws IOException {
    super("crjvm", ClassLoader.getPlatformClassLoader());
    this.jarPath = jarPath;
    this.shared = shared;
    jar = new ZipFile(jarPath.toFile());
    CodeSource source = new CodeSource(jarPath.toUri().toURL(), (Certificate[]) null);
    domain = new ProtectionDomain(source, null, this, null);
  }

  /** Opens the jar that contains this class. */
  public static IsolatedClassLoader open() throws IOException {
    URL location = IsolatedClassLoader.class.getProtectionDomain().getCodeSource().getLocation();
    try {
      return new IsolatedClassLoader(
          Path.of(new File(new URI(location.toString())).getPath()),
          IsolatedClassLoader.class.getClassLoader());
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new IOException("the jar's location \"" + location + "\" is not a file", e);
    }
  }

  /** Returns the absolute path of the jar. */
  public Path jarPath() {
    return jarPath;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (isShared(name)) {
      return shared.loadClass(name);
    }
    if (!isPlatform(name)) {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded == null) {
          loaded = defineFromJar(name);
        }
        if (loaded != null) {
          return loaded;
        }
      }
    }
    return super.loadClass(name, resolve);
  }

  private static boolean isShared(String name) {
    if (name.startsWith("jdk.crac.")) {
      return true; // the system class loader's parents may have it, too
    }
    return name.startsWith("crjvm.")
        && (name.indexOf('.', 6) < 0
            || name.startsWith("crjvm.door.")
            || name.startsWith("crjvm.crac."));
  }

  private static boolean isPlatform(String name) {
    return name.startsWith("java.") || name.startsWith("jdk.") || name.startsWith("sun.");
  }

  private Class<?> defineFromJar(String name) throws ClassNotFoundException {
    ZipEntry entry = jar.getEntry(PREFIX + name.replace('.', '/') + ".classdata");
    if (entry == null) {
      return null;
    }
    try {
      byte[] bytes = read(entry);
      return defineClass(name, bytes, 0, bytes.length, domain);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private byte[] read(ZipEntry entry) throws IOException {
    byte[] bytes = new byte[(int) entry.getSize()]; // readAllBytes would collect it in pieces
    try (InputStream in = jar.getInputStream(entry)) {
      if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
        throw new EOFException(entry.getName());
      }
    }
    return bytes;
  }

  private ZipEntry entry(String resource) {
    String name =
        resource.endsWith(".class")
            ? resource.substring(0, resource.length() - ".class".length()) + ".classdata"
            : resource;
    return jar.getEntry(PREFIX + name);
  }

  @Override
  public URL getResource(String name) {
    URL own = findResource(name);
    return own != null ? own : super.getResource(name);
  }

  /** Returns the bytes of a library, too. A caller that asks for a stream unpacks it itself. */
  @Override
  public InputStream getResourceAsStream(String name) {
    ZipEntry entry = entry(name);
    if (entry == null) {
      return super.getResourceAsStream(name);
    }
    try {
      return new ByteArrayInputStream(read(entry));
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  protected URL findResource(String name) {
    ZipEntry entry = entry(name);
    if (entry == null) {
      return null;
    }
    try {
      // JNA loads a library from the URL of a file directly. It does not unpack it, and leaves no
      // temporary folders behind.
      return name.endsWith(NATIVE_SUFFIX) ? unpack(entry) : url(entry);
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    URL url = findResource(name);
    return url == null
        ? Collections.emptyEnumeration()
        : Collections.enumeration(Collections.singleton(url));
  }

  /**
   * Unpacks a library. The code that loads it deletes the file ({@code crjvm.agent.os.jna.Jna}).
   */
  private URL unpack(ZipEntry entry) throws IOException {
    // createTempFile would use a SecureRandom, which opens /dev/random and would be in every image.
    String temporary = System.getProperty("java.io.tmpdir", "/tmp");
    Path folder = Path.of(System.getProperty("jna.tmpdir", temporary)).toAbsolutePath();
    String name = "crjvm-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    Path file = folder.resolve(name + NATIVE_SUFFIX);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(read(entry));
    }
    return file.toUri().toURL();
  }

  /**
   * Returns a URL of crjvm's own kind, because the JDK's handler for jar: would open the jar again
   * and keep it open.
   */
  @SuppressWarnings("deprecation") // URL.of came with JDK 20
  private URL url(ZipEntry entry) throws IOException {
    return new URL("crjvm", "", -1, "/" + entry.getName(), new EntryHandler(entry));
  }

  private final class EntryHandler extends URLStreamHandler {
    private final ZipEntry entry;

    EntryHandler(ZipEntry entry) {
      this.entry = entry;
    }

    @Override
    protected URLConnection openConnection(URL url) {
      return new URLConnection(url) {
        @Override
        public void connect() {}

        @Override
        public InputStream getInputStream() throws IOException {
          return new ByteArrayInputStream(read(entry));
        }
      };
    }
  }
}
