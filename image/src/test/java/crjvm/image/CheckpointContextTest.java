package crjvm.image;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.CheckpointContext.Region;
import crjvm.image.CheckpointContext.RegionKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the notes that the agent leaves for the compiler. */
class CheckpointContextTest {
  @Test
  void loadsWhatWasStored(@TempDir Path folder) throws Exception {
    CheckpointContext context =
        new CheckpointContext(
            new CheckpointContext.Process(
                17,
                List.of(20, 21, 22),
                List.of(1, 2),
                List.of(new Region(RegionKind.METASPACE, 0x7f0000000000L, 0xffffffffffff0000L)),
                Optional.of(Path.of("/tmp/hsperfdata_u/17")),
                Optional.of(new UUID(0x8000000000000000L, 7))),
            new CheckpointContext.Command(
                List.of("/opt/jdk/bin/java", "-Dgreeting=two words\nand a line"),
                List.of("-jar", "/opt/app=1.jar"),
                List.of("  two  ", "", "#!=: \\n\\", "\t\f\r\nä€\uD83D\uDE00"),
                Path.of("/srv")),
            new CheckpointContext.Runtime(
                Path.of("/opt/jdk"),
                "25.0.3",
                List.of(Path.of("/opt/app=1.jar")),
                List.of(Path.of("/opt/crjvm.jar")),
                List.of("HeapDumpPath text", "MinHeapFreeRatio integer")),
            new CheckpointContext.Making(
                "4.2.1",
                "port:8080",
                List.of("http://localhost:8080/a b", "http://localhost:8080/"),
                Optional.of("V2")),
            new CheckpointContext.Risks(
                List.of("environment DB_PASSWORD"),
                List.of("the UUID in clinic.Instance.ID"),
                StaleFiles.REFUSE));

    context.store(folder.resolve("context"));

    assertThat(CheckpointContext.load(folder.resolve("context"))).isEqualTo(context);
  }
}
