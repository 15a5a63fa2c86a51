package crjvm.image.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks that this package agrees with the restorer's plan.h, whose meaning the C compiler tells.
 */
class PlanLayoutTest {
  private static final Path HEADER = Path.of("../launcher/restorer/plan.h");

  @Test
  void recordsHaveTheSizesOfPlanH(@TempDir Path folder) throws Exception {
    List<String> lines =
        compileAndRun(
            folder,
            """
            printf("%zu %u %d\\n", sizeof(struct plan_header), PLAN_VERSION, PLAN_SECTIONS);
            printf("kept %#lx %#lx %#lx %zu %d\\n", PLAN_KEPT, PLAN_RESUME, PLAN_KEPT_RECORD,
                sizeof(struct kept_record), PLAN_WAITS);
            """);

    assertThat(lines)
        .containsExactly(
            PlanHeader.SIZE + " " + PlanHeader.VERSION + " " + PlanSection.values().length,
            String.format(
                "kept %#x %#x %#x %d %d",
                KeptRecord.KEPT,
                PlanResume.ADDRESS,
                KeptRecord.ADDRESS,
                KeptRecord.SIZE,
                PlanFunction.Wait.values().length));
  }

  /** By the list itself, from which the restorer's numbers, limits and arrays come. */
  @Test
  void sectionsAreThoseOfTheRestorersList(@TempDir Path folder) throws Exception {
    List<String> lines =
        compileAndRun(
            folder,
            """
            #define SECTION(name, array, record, words, limit) \\
              printf("%s %d %zu %d\\n", #name, PLAN_##name, sizeof(record), (limit) > 0);
            #include "plan_sections.h"
            """);

    assertThat(lines)
        .isEqualTo(
            Stream.of(PlanSection.values())
                .map(each -> each + " " + each.ordinal() + " " + each.recordSize() + " 1")
                .toList());
  }

  @Test
  void fieldsLieWhereJavaReadsThem(@TempDir Path folder) throws Exception {
    List<String> lines =
        compileAndRun(
            folder,
            """
            printf("%zu %zu %zu %zu\\n", offsetof(struct plan_header, crc),
                offsetof(struct plan_header, size), offsetof(struct plan_header, memory_size),
                offsetof(struct plan_header, heap_start));
            printf("%zu %zu\\n", offsetof(struct plan_header, sections),
                offsetof(struct plan_thread, name));
            printf("%u\\n", PLAN_MAX_SIZE);
            """);

    assertThat(lines)
        .containsExactly(
            PlanFile.CRC_AT
                + " "
                + PlanFile.SIZE_AT
                + " "
                + PlanFile.MEMORY_SIZE_AT
                + " "
                + PlanFile.HEAP_AT,
            PlanHeader.SECTIONS_AT + " " + PlanBounds.NAME_AT,
            String.valueOf(PlanFile.LARGEST));
  }

  @Test
  void kindsAreThoseOfPlanH() throws Exception {
    assertThat(names("plan_descriptor_kind")).isEqualTo(names("FD", PlanDescriptor.Kind.values()));
    assertThat(names("plan_socket_state"))
        .isEqualTo(names("SOCKET", PlanDescriptor.SocketState.values()));
    assertThat(names("plan_object_kind")).isEqualTo(names("OBJECT", PlanObject.Kind.values()));
    assertThat(names("plan_outside_kind")).isEqualTo(names("OUTSIDE", PlanOutside.Kind.values()));
    assertThat(names("plan_setting_kind")).isEqualTo(names("SETTING", PlanSetting.Kind.values()));
    assertThat(names("plan_setting_use")).isEqualTo(names("SETTING", PlanSetting.Use.values()));
    assertThat(names("plan_miss_kind")).isEqualTo(names("MISS", PlanMiss.Kind.values()));
    assertThat(names("plan_lock_kind")).isEqualTo(names("LOCK", PlanLock.Kind.values()));
  }

  /**
   * Returns the constants of an enumeration in plan.h, in its order. None has an explicit number.
   */
  private static List<String> names(String enumeration) throws Exception {
    String text = Files.readString(HEADER).replaceAll("(?s)/\\*.*?\\*/", "");
    String body = text.split("enum " + enumeration + " \\{")[1].split("}")[0];
    return Stream.of(body.split(",")).map(String::strip).toList();
  }

  private static List<String> names(String kind, Enum<?>[] values) {
    return Stream.of(values).map(value -> "PLAN_" + kind + "_" + value.name()).toList();
  }

  private static List<String> compileAndRun(Path folder, String statements) throws Exception {
    String program =
        """
        #include <stddef.h>
        #include <stdio.h>
        #include "plan.h"
        int main(void) {
        %s}
        """
            .formatted(statements);
    Path source = Files.writeString(folder.resolve("layout.c"), program);
    Path binary = folder.resolve("layout");
    run("cc", "-I", HEADER.getParent().toString(), "-o", binary.toString(), source.toString());
    return run(binary.toString()).lines().toList();
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }
}
