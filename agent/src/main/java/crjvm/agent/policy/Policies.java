package crjvm.agent.policy;

import crjvm.agent.message.Failure;
import crjvm.agent.os.process.OpenFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The rules of a policy file in their order. The first rule that matches a descriptor applies. */
public final class Policies {
  /** The policies without any rule. */
  public static final Policies NONE = new Policies(List.of());

  private final List<Rule> rules;

  private Policies(List<Rule> rules) {
    this.rules = rules;
  }

  /**
   * Reads a file in the format of CRaC's {@code jdk.crac.resource-policies}.
   *
   * @throws Failure it can't be read, or is not in this format
   */
  public static Policies load(Path file) throws Failure {
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      return new Policies(new PolicyParser().parse(lines));
    } catch (PolicyException e) {
      throw new Failure(
          "no checkpoint will be made",
          "the policies \"" + file + "\", line " + e.line() + ": " + e.getMessage(),
          "docs/descriptors.md describes them");
    } catch (IOException e) {
      throw new Failure(
          "no checkpoint will be made",
          "the policies \"" + file + "\" can't be read (" + cause(e) + ")",
          "name a text file that this user can read");
    }
  }

  /** Returns the cause. The message of these exceptions contains only the file's name. */
  private static String cause(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    return e instanceof AccessDeniedException ? "permission denied" : e.getMessage();
  }

  /** Returns the action for the descriptor, which is {@link Action#KEEP} if no rule matches. */
  public Action of(OpenFile file) {
    return rules.stream()
        .filter(rule -> rule.files().isEmpty())
        .filter(rule -> rule.condition().test(file))
        .map(Rule::action)
        .findFirst()
        .orElse(Action.KEEP);
  }

  /** Returns whether the file may have changed when a process is restored. */
  public boolean mayChange(Path file) {
    return rules.stream().flatMap(rule -> rule.files().stream()).anyMatch(it -> it.matches(file));
  }
}
