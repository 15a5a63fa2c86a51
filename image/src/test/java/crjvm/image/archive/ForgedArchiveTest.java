package crjvm.image.archive;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.archive.frame.ZstdLibrary;
import crjvm.image.archive.tar.PaxRecords;
import crjvm.image.archive.tar.TarHeader;
import crjvm.image.manifest.BlockDigests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests archives that an attacker made. Each is refused and leaves nothing behind. */
class ForgedArchiveTest {
  @TempDir private Path temp;

  @BeforeAll
  static void load() throws Exception {
    ZstdLibrary.load();
  }

  private void assertForged(TestTar tar, String what) throws Exception {
    Archives.assertRefused(tar.archive(), temp)
        .hasMessageStartingWith("\"a\" was not made by crjvm pack, it has ")
        .hasMessageContaining(what)
        .hasMessageEndingWith("; do not trust it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd",
        "../evil",
        "plan",
        "crjvm-image/../plan",
        "crjvm-image/..",
        "crjvm-image/.",
        "crjvm-image/",
        "crjvm-image//plan",
        "crjvm-image/sub/plan",
        "crjvm-image/.hidden",
        "crjvm-image/-rf",
        "crjvm-image/pl\033[2Jan",
        "other/plan"
      })
  void namesThatLeadElsewhere(String name) throws Exception {
    assertForged(TestTar.withManifest().file(name, "hello"), "the entry \"");
    assertForged(
        TestTar.begun().file(name, "hello"), "the entry \""); // instead of the manifest, too
  }

  @Test
  void aNameInARecord() throws Exception {
    TestTar tar =
        TestTar.withManifest()
            .records(TarHeader.EXTENDED, Map.of("path", "../../evil"))
            .file("crjvm-image/plan", "hello");
    assertForged(tar, "the extended record \"path=../../evil\"");
  }

  @Test
  void aSparseNameThatLeadsElsewhere() throws Exception {
    Map<String, String> records =
        Map.of(PaxRecords.SPARSE_NAME, "crjvm-image/../evil", PaxRecords.SPARSE_SIZE, "5");
    TestTar tar =
        TestTar.withManifest()
            .records(TarHeader.EXTENDED, records)
            .file("crjvm-image/plan", "1\n0\n5\n");
    assertForged(tar, "the entry \"crjvm-image/../evil\"");
  }

  @Test
  void aNameInTwoParts() throws Exception {
    byte[] header = new TarHeader(TarHeader.FILE, "crjvm-image/plan", 0400, 0, 0).bytes();
    System.arraycopy("/etc".getBytes(StandardCharsets.US_ASCII), 0, header, 345, 4);
    int sum = '/' + 'e' + 't' + 'c';
    for (byte value : Arrays.copyOf(header, 345)) {
      sum += value & 0xff;
    }
    for (int i = 148; i < 156; i++) {
      sum += ' ' - (header[i] & 0xff);
    }
    byte[] digits = String.format("%06o", sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, header, 148, 6);
    assertForged(TestTar.withManifest().raw(header), "with a long name");
  }

  @ParameterizedTest
  @ValueSource(chars = {'1', '2', '3', '4', '5', '6', '7', 'D', 'K', 'L', 'M', 'N', 'S', 'V', 'g'})
  void linksDevicesAndOtherTypes(char type) throws Exception {
    TestTar tar =
        TestTar.withManifest().header(new TarHeader(type, "crjvm-image/plan", 0777, 0, 0));
    assertForged(tar, "the entry \"crjvm-image/plan\" of the type \"" + type + "\"");
  }

  @Test
  void aSecondFolder() throws Exception {
    assertForged(TestTar.withManifest().folder("crjvm-image/"), "of the type \"5\"");
  }

  @Test
  void aFileTwice() throws Exception {
    TestTar tar =
        TestTar.withManifest().file("crjvm-image/plan", "hello").file("crjvm-image/plan", "again");
    assertForged(tar, "the file \"plan\" without need or for the second time");
    assertForged(
        TestTar.withManifest().file("crjvm-image/manifest", TestTar.MANIFEST),
        "the file \"manifest\" without need or for the second time");
  }

  @Test
  void filesThatTheManifestDoesNotName() throws Exception {
    assertForged(TestTar.withManifest().file("crjvm-image/evil", "hello"), "the file \"evil\"");
    assertForged(TestTar.begun().file("crjvm-image/plan", "hello"), "the file \"plan\"");
  }

  @Test
  void filesThatAreNotThere() throws Exception {
    assertForged(TestTar.begun(), "no file \"manifest\"");
    assertForged(TestTar.withManifest(), "no file \"plan\"");
    assertForged(TestTar.withManifest().file("crjvm-image/plan", "hello"), "no file \"memory\"");
  }

  @Test
  void sizesThatTheManifestDoesNotHave() throws Exception {
    assertForged(
        TestTar.withManifest().file("crjvm-image/plan", "hello, world"),
        "the file \"plan\" with 12 bytes");
    TarHeader huge = new TarHeader(TarHeader.FILE, "crjvm-image/plan", 0400, 1L << 32, 0);
    assertForged(TestTar.withManifest().header(huge), "the file \"plan\" with 4294967296 bytes");
    assertForged(
        TestTar.begun().header(new TarHeader('0', "crjvm-image/manifest", 0400, 1L << 32, 0)),
        "the file \"manifest\" with 4294967296 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-5", "9999999999999999999", "", "5x", "0x5", "999999999999999999"})
  void sizesInRecords(String size) throws Exception {
    TestTar tar =
        TestTar.withManifest()
            .records(TarHeader.EXTENDED, Map.of(PaxRecords.SIZE, size))
            .file("crjvm-image/plan", "hello");
    assertForged(tar, size.equals("999999999999999999") ? "the file \"plan\" with" : "a number");
  }

  @Test
  void theSizeInARecordIsTheSize() throws Exception {
    byte[] archive =
        TestTar.begun()
            .file("crjvm-image/manifest", "format=1\nfile=5 plan\n")
            .records(TarHeader.EXTENDED, Map.of(PaxRecords.SIZE, "5"))
            .header(new TarHeader(TarHeader.FILE, "crjvm-image/plan", 0400, 1L << 40, 0))
            .raw(Arrays.copyOf("hello".getBytes(StandardCharsets.US_ASCII), TarHeader.BLOCK))
            .archive();
    Archives.assertRefused(archive, temp)
        .hasMessageContaining("/image/plan\" has 5 bytes, which is not the size of a plan");
  }

  @Test
  void sizesThatAreNoOctalNumbers() throws Exception {
    byte[] header = new TarHeader(TarHeader.FILE, "crjvm-image/plan", 0400, 0, 0).bytes();
    int before = header[124] & 0xff;
    header[124] = (byte) 0x80; // GNU's numbers beyond octal
    int sum = Integer.parseInt(new String(header, 148, 6, StandardCharsets.US_ASCII), 8);
    byte[] digits = String.format("%06o", sum + 0x80 - before).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, header, 148, 6);
    assertForged(TestTar.withManifest().raw(header), "a field that is not an octal number");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1\n-1\n4096\n",
        "1\n4096\n4097\n", // beyond the end
        "1\n9000\n0\n",
        "2\n4096\n4096\n0\n4096\n", // in descending order
        "2\n0\n4096\n4095\n4096\n", // overlapping
        "2\n0\n0\n0\n4096\n", // empty in the middle
        "1\n999999999999999999\n999999999999999999\n"
      })
  void piecesInTheWrongPlace(String map) throws Exception {
    assertForged(
        TestTar.withManifest().file("crjvm-image/plan", "hello").sparse(map, 4096),
        map.contains("-") ? "a map of holes that is not a list of numbers" : "in its wrong place");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\n", "\n0\n", "1\n0 4096\n", "99999999999999999999\n", "1\n\n\n\n"})
  void mapsThatAreNone(String map) throws Exception {
    assertForged(
        TestTar.withManifest().file("crjvm-image/plan", "hello").sparse(map, 4096),
        "a map of holes that is not a list of numbers");
  }

  @Test
  void mapsOfAnotherSize() throws Exception {
    TestTar plan = TestTar.withManifest().file("crjvm-image/plan", "hello");
    assertForged(plan.sparse("1\n0\n4096\n", 4097), "have another size than their sum");
    plan = TestTar.withManifest().file("crjvm-image/plan", "hello");
    assertForged(plan.sparse("9999999\n", 0), "a file in 9999999 pieces");
  }

  @Test
  void recordsThatAreNone() throws Exception {
    TarHeader header = new TarHeader(TarHeader.EXTENDED, "pax", 0644, 0, 0);
    for (String records :
        new String[] {"x", "5 a=b", "99 a=b\n", "6 abc\n", "0 a=b\n", "-6 a=b\n"}) {
      assertForged(TestTar.withManifest().entry(header, records), "");
    }
    assertForged(TestTar.withManifest().entry(header, "6 a=b\n6 a=c\n"), "\"a\" twice");
    assertForged(TestTar.withManifest().entry(header, " ".repeat(5000)), "of 5000 bytes");
    assertForged(
        TestTar.withManifest()
            .records(TarHeader.EXTENDED, Map.of("SCHILY.xattr.user.x", "1"))
            .file("crjvm-image/plan", "hello"),
        "the extended record \"SCHILY.xattr.user.x=1\"");
  }

  @Test
  void headersOfAnotherKind() throws Exception {
    byte[] header = new TarHeader(TarHeader.FILE, "crjvm-image/plan", 0400, 0, 0).bytes();
    byte[] old = header.clone();
    old[257] = 0;
    assertForged(TestTar.withManifest().raw(old), "a tar header of another kind");
    byte[] wrongSum = header.clone();
    wrongSum[149]++;
    assertForged(TestTar.withManifest().raw(wrongSum), "a tar header of another kind");
  }

  @Test
  void moreBehindTheLastFile() throws Exception {
    TestTar tar = complete().raw(new byte[1024]).raw(new byte[1]);
    Archives.assertRefused(tar.compressed(), temp)
        .hasMessageContaining("something behind the last file");
    tar = complete().raw(new byte[512]).file("crjvm-image/plan", "hello");
    Archives.assertRefused(tar.compressed(), temp)
        .hasMessageContaining("something behind the last file");
  }

  @Test
  void anEndInTheMiddle() throws Exception {
    Archives.assertRefused(complete().compressed(), temp)
        .hasMessageContaining("an end in the middle of a file");
  }

  @Test
  void manifestsThatAreNone() throws Exception {
    for (String line :
        new String[] {"file=5", "file=x plan", "file=5 ../plan", "file=5 manifest", "file=-1 a"}) {
      assertForged(TestTar.begun().file("crjvm-image/manifest", "format=1\n" + line + "\n"), "");
    }
    assertForged(
        TestTar.begun().file("crjvm-image/manifest", "format=1\nfile=5 a\nfile=6 a\n"),
        "the line \"6 a\" in its manifest");
    Archives.assertRefused(
            TestTar.begun().file("crjvm-image/manifest", "format=2\n").archive(), temp)
        .hasMessageContaining("/image/manifest\" has another format than 1");
  }

  @Test
  void permissionsAreNotWhatAnArchiveSays() throws Exception {
    Path image = TestImage.small(temp.resolve("original"));
    TestTar tar = TestTar.begun();
    for (String name :
        new String[] {"manifest", "file-1", "file-2", "memory", BlockDigests.FILE, "plan"}) {
      tar.file("crjvm-image/" + name, Files.readAllBytes(image.resolve(name)));
    }
    Archives.unpack(tar.archive(), temp.resolve("image"));

    assertThat(Files.getPosixFilePermissions(temp.resolve("image")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    for (String name : new String[] {"manifest", "plan", "memory", BlockDigests.FILE}) {
      Path file = temp.resolve("image").resolve(name);
      assertThat((Integer) Files.getAttribute(file, "unix:mode") & 07377).as(name).isZero();
    }
  }

  /** Returns an archive with all files of the manifest, up to the end of the tar stream. */
  private static TestTar complete() throws Exception {
    return TestTar.withManifest().file("crjvm-image/plan", "hello").sparse("1\n0\n4096\n", 4096);
  }
}
