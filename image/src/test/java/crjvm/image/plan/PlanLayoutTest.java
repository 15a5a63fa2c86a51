package crjvm.image.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
    StringBuilder program =
        new StringBuilder("#include \"plan.h\"\n#include <stdio.h>\nint main(void) {\n");
    program.append(
        "printf(\"%zu %u %d\\n\", sizeof(struct plan_header), PLAN_VERSION, PLAN_SECTIONS);\n");
    program.append(
        "printf(\"kept %#lx %#lx %#lx %zu %d\\n\", PLAN_KEPT, PLAN_RESUME, PLAN_KEPT_RECORD,");
    program.append(" sizeof(struct kept_record), PLAN_WAITS);\n");
    for (PlanSection section : PlanSection.values()) {
      if (section != PlanSection.STRINGS) {
        program.append(
            "printf(\""
                + section
                + " %d %zu\\n\", PLAN_"
                + section
                + ", sizeof(struct "
                + struct(section)
                + "));\n");
      }
    }
    program.append("}\n");

    List<String> lines = compileAndRun(folder, program.toString());

    assertThat(lines.get(0))
        .isEqualTo(PlanHeader.SIZE + " " + PlanHeader.VERSION + " " + PlanSection.values().length);
    assertThat(lines)
        .contains(
            String.format(
                "kept %#x %#x %#x %d %d",
                KeptRecord.KEPT,
                PlanResume.ADDRESS,
                KeptRecord.ADDRESS,
                KeptRecord.SIZE,
                PlanFunction.Wait.values().length));
    for (PlanSection section : PlanSection.values()) {
      if (section != PlanSection.STRINGS) {
        assertThat(lines).contains(section + " " + section.ordinal() + " " + section.recordSize());
      }
    }
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

  private static String struct(PlanSection section) {
    String name = section.name().toLowerCase(Locale.ROOT);
    return switch (section) {
      case COPIES -> "plan_copy";
      case WATCHES -> "plan_watch";
      case INOTIFY -> "plan_inotify";
      case OUTSIDE -> "plan_outside";
      case MISSES -> "plan_miss";
      case WORKING_SET -> "plan_working_set";
      default -> "plan_" + name.substring(0, name.length() - 1);
    };
  }

  private static List<String> compileAndRun(Path folder, String program) throws Exception {
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
