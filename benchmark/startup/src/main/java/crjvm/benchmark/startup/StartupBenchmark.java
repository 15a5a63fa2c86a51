package crjvm.benchmark.startup;

import crjvm.benchmark.startup.Settings.Part;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Starts the same applications in every way, by turns, and writes the figures. */
@Command(
    name = "benchmark/startup/run",
    description =
        "Compares ways to start JVM applications. Needs root; applications run as a user.",
    mixinStandardHelpOptions = true)
public final class StartupBenchmark implements Callable<Integer> {
  @Mixin private Settings settings;

  public static void main(String[] args) {
    System.exit(new CommandLine(new StartupBenchmark()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    try (Place place = new Place(settings)) {
      settings.check();
      Figures figures = new Figures();
      run(place, figures);
      Machine machine = Machine.describe(place);
      new JsonFile(figures, machine).write(settings.json);
      List<String> plots = new Plots(figures, settings.plots).write();
      new Report(figures, machine, settings).write(settings.output, plots);
      place.say("written: \"" + settings.output + "\", \"" + settings.json + "\"");
      return 0;
    } catch (Failure e) {
      System.err.println("crjvm: benchmark failed: " + e.getMessage());
      return 1;
    }
  }

  private void run(Place place, Figures figures) throws Failure, InterruptedException, IOException {
    StartTimer.rehearse();
    Answers answers = new Answers();
    StartTimer timer = new StartTimer(answers);
    List<Application> applications = new Applications(settings).all();
    List<Way> ways = new Preparation(place, answers, figures).prepare(applications);
    if (settings.has(Part.FLOOR)) {
      new Floor(place, figures).run(ways);
    }
    if (settings.has(Part.STARTS)) {
      new Starts(place, timer, figures).run(ways);
    }
    if (settings.has(Part.TMPFS)) {
      new OtherStarts(place, timer, figures).runOnTmpfs(ways);
    }
    if (settings.has(Part.COPIES)) {
      new Copies(place, answers, figures).run(ways);
    }
    if (settings.has(Part.STEADY)) {
      new SteadyState(place, answers, figures).run(ways);
    }
    // This part is the last, because everything else would be as cold after it.
    if (settings.has(Part.COLD)) {
      new OtherStarts(place, timer, figures).runCold(ways);
    }
  }
}
