package crjvm.agent.checkpoint.aside;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.process.ProcessFiles;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeletedMappingsTest {
  @Test
  void onlyDeletedFilesAreFound() {
    List<DeletedMappings> found =
        DeletedMappings.parse(
            List.of(
                "7f0000000000-7f0000001000 r-xp 00000000 fe:00 12   /tmp/a library.so (deleted)",
                "7f0000002000-7f0000003000 rw-s 00000000 00:01 13   /dev/zero (deleted)",
                "7f0000004000-7f0000005000 rw-s 00000000 00:01 14   /SYSV00000000 (deleted)",
                "7f0000006000-7f0000007000 r--p 00000000 fe:00 15   /usr/lib/libc.so.6",
                "7f0000008000-7f0000009000 rw-p 00000000 00:00 0",
                "7f000000a000-7f000000b000 rw-s 00000000 00:01 16   /memfd:java_heap (deleted)"));
    assertThat(found)
        .containsExactly(
            new DeletedMappings(0x7f0000000000L, 0x7f0000001000L, "r-xp", "/tmp/a library.so"),
            new DeletedMappings(0x7f000000a000L, 0x7f000000b000L, "rw-s", "/memfd:java_heap"));
  }

  @Test
  void contentsStayAndTheFileIsGone(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("data"), "contents");
    MappedByteBuffer buffer;
    try (FileChannel channel = FileChannel.open(file)) {
      buffer = channel.map(FileChannel.MapMode.READ_ONLY, 0, 8);
    }
    Files.delete(file);
    DeletedMappings mapping =
        DeletedMappings.parse(ProcessFiles.maps()).stream()
            .filter(each -> each.name().equals(file.toString()))
            .findFirst()
            .orElseThrow();
    Kernel.replaceByCopy(mapping.start(), mapping.end() - mapping.start(), 1, false);
    byte[] bytes = new byte[8];
    buffer.get(bytes);
    assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo("contents");
    assertThat(DeletedMappings.parse(ProcessFiles.maps()))
        .noneMatch(each -> each.name().equals(file.toString()));
  }
}
