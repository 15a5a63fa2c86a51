package crjvm.image.compile;

import crjvm.image.Setting;
import crjvm.image.plan.PlanMiss;
import crjvm.image.plan.PlanSetting;
import crjvm.image.plan.PlanWriter;
import java.util.Comparator;
import java.util.List;

/** Adds the settings that the process was configured with. */
final class CompileSettingsStep {
  private final PlanWriter plan;
  private final List<Setting> settings;

  CompileSettingsStep(PlanWriter plan, List<Setting> settings) {
    this.plan = plan;
    this.settings = settings;
  }

  /**
   * Adds the settings and the misses. Misses ascend by kind and then by the unsigned hash, because
   * the restorer uses a binary search.
   */
  void run() {
    for (Setting each : settings) {
      switch (each.use()) {
        case NONE, READ, SEEN, REREAD, PORT, FIXED ->
            plan.add(
                new PlanSetting(
                    each.name(),
                    PlanSetting.Kind.valueOf(each.kind().name()),
                    PlanSetting.Use.valueOf(each.use().name()),
                    each.number()));
        default -> {
          // These are added below.
        }
      }
    }
    List<PlanMiss> misses =
        settings.stream()
            .flatMap(each -> miss(each).stream())
            .distinct()
            .sorted(
                Comparator.comparing(PlanMiss::kind)
                    .thenComparing(PlanMiss::hash, Integer::compareUnsigned))
            .toList();
    for (PlanMiss miss : misses) {
      plan.add(miss);
    }
  }

  private static List<PlanMiss> miss(Setting setting) {
    return switch (setting.use()) {
      case MISSED ->
          List.of(new PlanMiss(PlanMiss.Kind.valueOf(setting.kind().name()), setting.number()));
      case MISSED_ALL -> List.of(new PlanMiss(PlanMiss.Kind.ALL_VARIABLES, 0));
      default -> List.of();
    };
  }
}
