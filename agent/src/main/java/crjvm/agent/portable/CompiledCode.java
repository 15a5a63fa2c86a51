package crjvm.agent.portable;

import crjvm.agent.message.Failure;
import crjvm.agent.os.jdk.CompileQueue;
import crjvm.agent.os.jdk.DiagnosticCommand;
import crjvm.agent.os.jdk.JdkModules;
import crjvm.agent.os.jna.NativeMemory;
import crjvm.image.ImageException;
import crjvm.image.jvm.ElfImage;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassDefinition;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The code that the JIT compilers have made before {@link VmFeatures} was restricted. Since JDK 25
 * no flag keeps C2 from BMI2, only the feature does. All compiled code is discarded in the same way
 * in which HotSpot does it at the first redefinition of a class, if the compilers have not recorded
 * dependencies on classes. Threads in compiled code continue in the interpreter.
 */
final class CompiledCode {
  /** The beginning of every refusal of an image for other CPUs. */
  static final String WHAT = "no checkpoint will be made";

  /** A bool in JvmtiExport, which HotSpot sets after that first redefinition. */
  private static final String RECORDED = "_ZN11JvmtiExport30_all_dependencies_are_recordedE";

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int INTERVAL_MS = 1;

  /** An entry of Compiler.codelist: compile id, level, state, and the rest. */
  private static final Pattern ENTRY = Pattern.compile("\\d+ (-?\\d+) (-?\\d+) .*");

  private static final String CALLS_NATIVE = "0"; // the level of native wrappers, which always stay
  private static final String IN_USE = "0";

  private final long recorded;

  private CompiledCode(long recorded) {
    this.recorded = recorded;
  }

  /**
   * Finds the code's flag.
   *
   * @param symbols the symbols of libjvm
   * @param base the address at which libjvm is loaded
   */
  static CompiledCode find(Map<String, ElfImage.LinkerSymbol> symbols, long base)
      throws ImageException {
    ElfImage.LinkerSymbol symbol = symbols.get(RECORDED);
    if (symbol == null || symbol.size() != 1) {
      throw new ImageException("it has no symbols for them");
    }
    return new CompiledCode(base + symbol.value());
  }

  /**
   * Discards all code that was compiled, or being compiled, before this call. When it returns, no
   * such code can be called any more.
   */
  void discard(Instrumentation instrumentation) throws Failure {
    try {
      JdkModules.open(instrumentation);
      DiagnosticCommand command = DiagnosticCommand.find();
      awaitRunning(command);
      Set<String> before = inUse(command.run("Compiler.codelist"));
      NativeMemory.writeByte(recorded, (byte) 0);
      instrumentation.redefineClasses(new ClassDefinition(Redefined.class, bytes()));
      Set<String> left = inUse(command.run("Compiler.codelist"));
      left.retainAll(before);
      if (!left.isEmpty()) {
        throw failure("it keeps \"" + Collections.min(left) + "\"", null);
      }
    } catch (ReflectiveOperationException
        | UnmodifiableClassException
        | IOException
        | RuntimeException e) {
      throw failure(String.valueOf(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("interrupted", e);
    }
  }

  /**
   * Waits for running compilations. They may have read the features before, and install their code
   * at their end.
   */
  private static void awaitRunning(DiagnosticCommand command)
      throws ReflectiveOperationException, InterruptedException, Failure {
    Set<String> begunBefore = CompileQueue.running(command.run("Compiler.queue"));
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!begunBefore.isEmpty()) {
      if (System.nanoTime() - end > 0) {
        throw failure("it still compiles \"" + Collections.min(begunBefore) + "\"", null);
      }
      Thread.sleep(INTERVAL_MS);
      begunBefore.retainAll(CompileQueue.running(command.run("Compiler.queue")));
    }
  }

  /**
   * Returns the compiled methods of a listing that may be called.
   *
   * @throws IllegalArgumentException the text is not a listing of compiled methods
   */
  static Set<String> inUse(String listing) {
    return listing.lines().filter(CompiledCode::isInUse).collect(Collectors.toSet());
  }

  private static boolean isInUse(String entry) {
    Matcher matcher = ENTRY.matcher(entry);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no compiled method: \"" + entry + "\"");
    }
    return !matcher.group(1).equals(CALLS_NATIVE) && matcher.group(2).equals(IN_USE);
  }

  private static byte[] bytes() throws IOException {
    String name = Redefined.class.getName();
    String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
    try (InputStream in = CompiledCode.class.getResourceAsStream(file)) {
      return in.readAllBytes();
    }
  }

  private static Failure failure(String cause, Exception e) {
    return new Failure(
        WHAT,
        "the JVM does not discard the code that it has compiled for this CPU (" + cause + ")",
        "leave out portable= and report it",
        e);
  }

  /** The class to redefine. Any class would do. */
  private static final class Redefined {}
}
