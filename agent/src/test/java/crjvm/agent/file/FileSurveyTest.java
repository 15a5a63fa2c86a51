package crjvm.agent.file;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.agent.hook.resource.FileUse;
import crjvm.image.OutsideFile;
import crjvm.image.OutsideFile.Kind;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the kinds of files that are used in different ways. */
class FileSurveyTest {
  private static final int NEW = FileUse.WRITE | FileUse.CREATE;
  private static final int O_RDWR = 2;
  private static final int O_WRONLY_CREAT_APPEND = 1 | 0100 | 02000;

  @TempDir private Path temporary;
  private Path folder;
  private final FileNotes notes = new FileNotes();

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(temporary.toRealPath().resolve("data"));
  }

  private Path use(String name, String content, int... uses) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    for (int use : uses) {
      notes.accept(file.toString(), use);
    }
    return file;
  }

  private FileSurvey survey() throws IOException {
    FileSurvey survey =
        new FileSurvey(
            notes.all(), path -> false, path -> path.getFileName().toString().endsWith(".cache"));
    survey.run();
    return survey;
  }

  private Map<Path, Kind> kinds() throws IOException {
    Map<Path, Kind> kinds = new TreeMap<>(survey().kinds());
    kinds.keySet().removeIf(path -> !path.startsWith(folder)); // this JVM has its own files
    return kinds;
  }

  @Test
  void readAndWritten() throws Exception {
    Path read = use("read", "x", FileUse.READ);
    Path written = use("written", "x", NEW);
    Path both = use("both", "x", FileUse.OPEN | O_RDWR);
    use("gone", "x", NEW);
    Files.delete(folder.resolve("gone"));

    assertThat(kinds())
        .containsEntry(read, Kind.READ)
        .containsEntry(written, Kind.WRITTEN)
        .containsEntry(both, Kind.WRITTEN)
        .hasSize(3);
  }

  @Test
  void logsAreOnlyAppendedTo() throws Exception {
    int append = FileUse.OPEN | O_WRONLY_CREAT_APPEND;
    Path log = use("app.log", "line\n", append);
    Path rolled = use("app.log.1", "line\n");
    notes.accept(new Object[] {log.toFile(), rolled.toFile()}, FileUse.RENAME);
    notes.accept(log.toFile(), append);
    Path archive = use("app.2026-11-28.gz", "x", NEW);
    Path journal = use("journal.log", "line\n", append, FileUse.SYNC);
    Path known = use("known.log", "line\n", FileUse.READ, append);
    Path other = use("other.gz", "x", NEW);

    assertThat(kinds())
        .containsEntry(log, Kind.LOG)
        .containsEntry(rolled, Kind.LOG)
        .containsEntry(archive, Kind.LOG)
        .containsEntry(journal, Kind.WRITTEN)
        .containsEntry(known, Kind.WRITTEN)
        .containsEntry(other, Kind.WRITTEN);
  }

  @Test
  void whatIsWrittenAtItsEndAndOpenIsALog() throws Exception {
    Path log = use("out.txt", "", NEW);
    Path data = use("data.bin", "", NEW);
    try (OutputStream out = Files.newOutputStream(log);
        RandomAccessFile random = new RandomAccessFile(data.toFile(), "rw")) {
      out.write('x');
      random.write('x');
      assertThat(kinds()).containsEntry(log, Kind.LOG).containsEntry(data, Kind.WRITTEN);
    }
  }

  @Test
  void temporaryOnesAndWhatIsBelow() throws Exception {
    Path file = use("a.tmp", "x", NEW, FileUse.TEMPORARY);
    notes.accept(folder.resolve("work").toFile(), FileUse.TEMPORARY);
    Files.createDirectory(folder.resolve("work"));
    Path below = use("work/b", "x", NEW);
    Path process = use("work/pid", ProcessHandle.current().pid() + "\n", NEW);

    assertThat(kinds())
        .containsEntry(file, Kind.TEMPORARY)
        .containsEntry(below, Kind.TEMPORARY)
        .containsEntry(process, Kind.PROCESS_ID);
  }

  /** Tests the usual way to save a file as a whole. */
  @Test
  void aTemporaryFileThatIsRenamedIsOneNoLonger() throws Exception {
    Path fresh = use("state1.tmp", "x", NEW, FileUse.TEMPORARY);
    Path state = Files.move(fresh, folder.resolve("state"));
    notes.accept(new Object[] {fresh, state}, FileUse.RENAME);

    assertThat(kinds()).containsExactly(Map.entry(state, Kind.WRITTEN));
  }

  @Test
  void filesInATemporaryFolderThatIsRenamedAreWritten() throws Exception {
    Path work = Files.createDirectory(folder.resolve("work"));
    notes.accept(work.toFile(), FileUse.TEMPORARY);
    use("work/a", "x", NEW);
    Path state = Files.move(work, folder.resolve("state"));
    notes.accept(new Object[] {work, state}, FileUse.RENAME);

    assertThat(kinds()).containsExactly(Map.entry(state.resolve("a"), Kind.WRITTEN));
  }

  @Test
  void foldersThatWereMade() throws Exception {
    Path work = Files.createDirectories(folder.resolve("work/deep")).getParent();
    Path scratch = Files.createDirectories(folder.resolve("scratch123/inner")).getParent();
    Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
    Files.writeString(unpacked.resolve("file"), "x");
    for (Path each : List.of(work, scratch, unpacked, scratch.resolve("inner"))) {
      notes.accept(each.toString(), FileUse.MAKE_FOLDER);
    }
    notes.accept(scratch.toString(), FileUse.TEMPORARY);
    notes.accept(unpacked.toString(), FileUse.TEMPORARY);
    notes.accept(folder.resolve("gone").toString(), FileUse.MAKE_FOLDER);

    FileSurvey survey = survey();
    List<OutsideFile> states = new FileStates(kinds()).all();

    assertThat(kinds())
        .containsEntry(work, Kind.MADE_FOLDER)
        .containsEntry(scratch, Kind.TEMPORARY_FOLDER)
        .containsEntry(scratch.resolve("inner"), Kind.TEMPORARY_FOLDER)
        .containsEntry(unpacked, Kind.TEMPORARY_FOLDER)
        .hasSize(4);
    assertThat(survey.emptyFolders(states))
        .containsExactly(scratch, scratch.resolve("inner"))
        .isSubsetOf(survey.temporaryFiles());
  }

  @Test
  void aFolderWhoseNamesCountKeepsItsTemporaryFolders() throws Exception {
    use("journal", "x", NEW | FileUse.SYNC);
    notes.accept(folder.toString(), FileUse.LIST);
    Path scratch = Files.createDirectory(folder.resolve("scratch123"));
    notes.accept(scratch.toString(), FileUse.MAKE_FOLDER | FileUse.TEMPORARY);

    FileSurvey survey = survey();

    assertThat(survey.kinds())
        .containsEntry(folder, Kind.FOLDER)
        .containsEntry(scratch, Kind.TEMPORARY_FOLDER);
    assertThat(survey.emptyFolders(new FileStates(kinds()).all())).isEmpty();
  }

  @Test
  void aNameLikeThatOfALogIsNoRolledLog() throws Exception {
    use("app.log", "line\n", FileUse.OPEN | O_WRONLY_CREAT_APPEND);
    Path state = use("app-state.txt", "x", NEW);
    Path same = use("app", "x", NEW);
    Path elsewhere = Files.createDirectory(temporary.toRealPath().resolve("other"));
    Path numbered = Files.writeString(elsewhere.resolve("app.1"), "x");
    notes.accept(numbered.toString(), NEW);

    assertThat(survey().kinds())
        .containsEntry(state, Kind.WRITTEN)
        .containsEntry(same, Kind.WRITTEN)
        .containsEntry(numbered, Kind.WRITTEN);
  }

  @Test
  void filesInSharedMemoryCount() throws Exception {
    Path file = Files.createTempFile(Path.of("/dev/shm"), "crjvm-test", "");
    try {
      notes.accept(file.toString(), NEW);
      assertThat(survey().kinds()).containsEntry(file, Kind.WRITTEN);
      assertThat(survey().undated()).isEmpty();
      try (RandomAccessFile mapped = new RandomAccessFile(file.toFile(), "rw")) {
        MappedByteBuffer memory = mapped.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, 1);
        assertThat(survey().undated()).containsExactly(file);
        assertThat(memory.capacity()).isOne(); // As long as it is used, it stays mapped.
      }
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void aLinkThatTheProcessHasMadeIsLikeItsTarget() throws Exception {
    Path log = use("app.log", "line\n", FileUse.OPEN | O_WRONLY_CREAT_APPEND);
    Path data = use("v8", "x", FileUse.READ);
    Path current = Files.createSymbolicLink(folder.resolve("current"), data);
    Path last = Files.createSymbolicLink(folder.resolve("last.log"), log);
    notes.accept(current, FileUse.LINK);
    notes.accept(last, FileUse.LINK);

    assertThat(kinds())
        .containsEntry(current, Kind.WRITTEN)
        .containsEntry(data, Kind.READ)
        .containsEntry(last, Kind.LOG)
        .containsEntry(log, Kind.LOG);
  }

  @Test
  void anEmptyFileThatIsDeletedAtTheEndMayBeALock() throws Exception {
    Path marker = use("running", "", FileUse.CREATE, FileUse.TEMPORARY);
    use("work", "", FileUse.TEMPORARY);
    use("written", "x", FileUse.CREATE, FileUse.TEMPORARY);

    assertThat(survey().markers()).containsExactly(marker);
  }

  /** Tests a library in a folder that its process has made and lists, as BouncyCastle's is. */
  @Test
  void unpackedLibrariesAreTemporary() throws Exception {
    assertThat(temporary.toFile().setWritable(true, false)).isTrue();
    Path original = Path.of(System.getProperty("java.home"), "lib", "librmi.so");
    Path library = Files.copy(original, folder.resolve("unpacked.so"));
    notes.accept(library.toString(), NEW);
    notes.accept(folder.toString(), FileUse.LIST);
    assertThat(kinds()).containsEntry(library, Kind.WRITTEN).containsEntry(folder, Kind.FOLDER);

    System.load(library.toString());
    assertThat(kinds()).containsExactly(Map.entry(library, Kind.UNPACKED));

    use("0001", "x", NEW);
    assertThat(kinds()).containsEntry(library, Kind.UNPACKED).containsEntry(folder, Kind.FOLDER);
  }

  /** Tests a lock file that contains the time, as HSQLDB has one. */
  @Test
  void lockFilesThatHoldAsLongAsTheyAreWrittenTo() throws Exception {
    Path time = use("time.lck", "time", NEW, FileUse.TEMPORARY);
    Path empty = use("empty.lck", "", NEW);
    Path closed = use("closed.lck", "x", NEW);
    try (RandomAccessFile first = new RandomAccessFile(time.toFile(), "rw");
        RandomAccessFile second = new RandomAccessFile(empty.toFile(), "rw")) {
      assertThat(survey().refreshed()).as("without state").isEmpty();
      use("state", "x", NEW);
      FileSurvey survey = survey();
      assertThat(survey.refreshed()).containsExactly(time);
      assertThat(survey.kinds()).containsEntry(empty, Kind.LOCK).containsEntry(closed, Kind.LOCK);
      assertThat(first.length() + second.length()).isEqualTo(4);
    }
  }

  /** Tests a file for the lock beside a file with an identity, as Artemis has them. */
  @Test
  void aLockOfTheKernelsGuardsWhatIsBesideIt() throws Exception {
    Path identity = use("server.lock", "identity", NEW);
    Path kernels = use("serverlock.1", "x", NEW);
    use("state", "x", NEW);
    try (RandomAccessFile first = new RandomAccessFile(identity.toFile(), "rw");
        RandomAccessFile second = new RandomAccessFile(kernels.toFile(), "rw")) {
      assertThat(survey().refreshed()).containsExactly(identity);
      FileLock lock = second.getChannel().lock();
      FileSurvey survey = survey();
      assertThat(survey.refreshed()).isEmpty();
      assertThat(survey.kinds()).containsEntry(kernels, Kind.LOCK);
      assertThat(lock.isValid()).isTrue();
      assertThat(first.length()).isEqualTo(8);
    }
  }

  @Test
  void whatIsSyncedUnderALockIsState() throws Exception {
    Path number = use("number", "17", NEW, FileUse.SYNC);
    try (RandomAccessFile file = new RandomAccessFile(number.toFile(), "rw")) {
      FileLock lock = file.getChannel().lock();
      assertThat(kinds()).containsEntry(number, Kind.WRITTEN);
      assertThat(lock.isValid()).isTrue();
    }
  }

  @Test
  void locksProcessIdsAndRecordings() throws Exception {
    Path lock = use("db.lck", "", NEW);
    Path pid = use("server.pid", ProcessHandle.current().pid() + "\n", NEW);
    Path other = use("other.pid", "1\n", NEW);
    Path recording = use("run.jfr", "FLR\0\0", NEW);

    assertThat(kinds())
        .containsEntry(lock, Kind.LOCK)
        .containsEntry(pid, Kind.PROCESS_ID)
        .containsEntry(other, Kind.WRITTEN)
        .containsEntry(recording, Kind.RECORDING);
  }

  @Test
  void aFolderCountsWhereSomethingDurableIsMadeInIt() throws Exception {
    Path read = use("0001", "x", FileUse.READ);
    use("0002", "x", NEW);
    assertThat(kinds()).doesNotContainKey(folder).containsEntry(read, Kind.READ);

    notes.accept(folder.resolve("0002").toString(), FileUse.SYNC);
    Path empty = use("maybe.log", "", FileUse.APPEND);
    assertThat(kinds())
        .containsEntry(folder, Kind.FOLDER)
        .containsEntry(read, Kind.WRITTEN)
        .containsEntry(empty, Kind.WRITTEN);
  }

  @Test
  void orWhereItIsListed() throws Exception {
    use("0001", "x", NEW);
    notes.accept(folder.toString(), FileUse.LIST);

    assertThat(kinds()).containsEntry(folder, Kind.FOLDER);
  }

  @Test
  void butNotOneInWhichOthersMakeFiles() throws Exception {
    use("0001", "x", NEW, FileUse.SYNC);
    assertThat(folder.toFile().setWritable(true, false)).isTrue();

    assertThat(kinds()).doesNotContainKey(folder);
  }

  @Test
  void aPolicyDecidesFirst() throws Exception {
    Path cache = use("a.cache", "x", NEW, FileUse.SYNC);

    assertThat(kinds()).containsExactly(Map.entry(cache, Kind.KEPT));
  }

  @Test
  void namesOfBothKindsAreOne() throws Exception {
    Path file = use("lines", "x");
    notes.accept(file, FileUse.READ);
    notes.accept(new File(folder.toFile(), "../data/lines"), FileUse.WRITE);

    assertThat(notes.all()).containsExactly(Map.entry(file, FileUse.READ | FileUse.WRITE));
  }

  @Test
  void statesAreThoseOfTheMoment() throws Exception {
    Path file = use("0001", "four", NEW, FileUse.SYNC);
    Path lock = use("x.lock", "", NEW);
    var states = new FileStates(kinds()).all();

    assertThat(states).hasSize(3);
    assertThat(states.get(0).path()).isEqualTo(folder);
    assertThat(states.get(0).size()).as("names that count").isEqualTo(1);
    assertThat(states.get(1).path()).isEqualTo(file);
    assertThat(states.get(1).size()).isEqualTo("four".getBytes(StandardCharsets.UTF_8).length);
    assertThat(states.get(2).path()).isEqualTo(lock);
    assertThat(states.get(2).size()).isZero();
  }
}
