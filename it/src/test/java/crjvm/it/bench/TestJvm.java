package crjvm.it.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The application under test on a JVM, which can be started with or without the agent. */
public final class TestJvm extends JvmPlace {
  public TestJvm(Workbench bench, Jdk jdk) throws IOException {
    super(bench, jdk);
  }

  public TestJvm vm(List<String> options) {
    vm.addAll(options);
    return this;
  }

  public TestJvm vm(String... options) {
    return vm(List.of(options));
  }

  public TestJvm main(String... words) {
    main = List.of(words);
    return this;
  }

  /** Sets another jar than that of the application under test. It gets none of the arguments. */
  public TestJvm jar(Path jar) {
    arguments.clear();
    return main("-jar", jar.toString());
  }

  public TestJvm arguments(String... words) {
    arguments.addAll(List.of(words));
    return this;
  }

  /** Removes the arguments, for an application that takes no port. */
  public TestJvm withoutArguments() {
    arguments.clear();
    return this;
  }

  /** Adds all of {@code Exercises}, with the native library that one of them needs. */
  public TestJvm withExercises() throws IOException, InterruptedException {
    vm("-Dcrjvm.it.native=" + bench.nativeLibrary(jdk()));
    return arguments("--exercises");
  }

  /** Runs {@code ObjectApplication}, with the native library that makes the objects. */
  public TestJvm withObjects() throws IOException, InterruptedException {
    return vm("-Dcrjvm.it.native=" + bench.objectLibrary(jdk()))
        .main(
            "-cp",
            bench.application() + ":" + bench.library("crac"),
            "crjvm.it.app.ObjectApplication");
  }

  /** Sets a program that runs the java command. */
  public TestJvm under(String... words) {
    prefix = List.of(words);
    return this;
  }

  /**
   * Lets HotSpot compile with all its compilers even where this run saves processor time with
   * {@code -Dcrjvm.it.compilers=first}: for tests of compiled code, of collectors and of JDKs.
   */
  public TestJvm withAllCompilers() {
    hasAllCompilers = true;
    return this;
  }

  /** Runs until the image is there, which has to succeed. */
  public Checkpoint checkpoint(String agentOptions) throws IOException, InterruptedException {
    return checkpoint(start(agentOptions));
  }

  /** Returns the image that a process makes. This has to succeed and to end the process. */
  public Checkpoint checkpoint(RunningProcess process) throws InterruptedException {
    return Checkpoint.of(bench, this, process);
  }

  /** Makes a checkpoint at the first correct answer, after a few requests. */
  public Checkpoint checkpoint() throws IOException, InterruptedException {
    return checkpoint(startForFirstAnswer());
  }
}
