package crjvm.it.rule;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TypeCastTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Finds races in Java code. javac's parser says which methods are called with which arguments. */
final class JavaRules extends TreeScanner<Void, Void> {
  private static final long LEAST = TimeUnit.SECONDS.toNanos(10);

  /** The shortest time that counts as a deadline. */
  private static final long INSTANT = TimeUnit.MILLISECONDS.toNanos(10);

  /** A port at which nobody listens, and where only root could. */
  private static final long CLOSED_PORT = 1;

  private static final Set<String> WAITS =
      Set.of(
          "await",
          "awaitAdvanceInterruptibly",
          "awaitTermination",
          "completeOnTimeout",
          "exchange",
          "get",
          "invokeAll",
          "invokeAny",
          "offer",
          "orTimeout",
          "poll",
          "tryAcquire",
          "tryLock",
          "waitFor");

  /** The methods whose argument is in milliseconds. */
  private static final Set<String> LIMITS =
      Set.of("join", "select", "setConnectTimeout", "setReadTimeout", "setSoTimeout");

  private static final Set<String> SOCKETS =
      Set.of("ServerSocket", "Socket", "InetSocketAddress", "DatagramSocket");

  /** The words of a command line whose next word matters, in whatever form the two are written. */
  private static final Set<String> WITH_VALUE =
      Set.of("sleep", "timeout", "--connect-timeout", "--max-time", "-m", "--port", "--time-limit");

  private static final Pattern PROCESS = Pattern.compile("^/proc/?$|/proc/(?:$|%|[2-9]|1\\d)");
  private final String file;
  private final CompilationUnitTree unit;
  private final Trees trees;
  private final Map<String, ExpressionTree> constants = new HashMap<>();
  private final Set<RaceFinding> found = new TreeSet<>();

  private JavaRules(String file, CompilationUnitTree unit, Trees trees) {
    this.file = file;
    this.unit = unit;
    this.trees = trees;
  }

  /** Finds the code that breaks a rule in the text of a Java file. */
  static Collection<RaceFinding> find(String name, String text) throws IOException {
    JavaFileObject source =
        new SimpleJavaFileObject(URI.create("string:///" + name), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, List.of("-proc:none"), null, List.of(source));
    CompilationUnitTree unit = task.parse().iterator().next();
    JavaRules rules = new JavaRules(name, unit, Trees.instance(task));
    rules.collectConstants();
    rules.scan(unit, null);
    return rules.found;
  }

  // --- values ------------------------------------------------------------------------------------

  private void collectConstants() {
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitVariable(VariableTree variable, Void unused) {
        if (variable.getInitializer() != null) {
          // If two constants have the same name, their value is not known.
          String name = variable.getName().toString();
          constants.put(name, constants.containsKey(name) ? null : variable.getInitializer());
        }
        return super.visitVariable(variable, unused);
      }
    }.scan(unit, null);
  }

  /**
   * Returns the value of a number, or that of a Duration in nanoseconds; null if it is not known.
   */
  private Long value(Tree tree) {
    if (tree instanceof LiteralTree literal) {
      return literal.getValue() instanceof Number number ? number.longValue() : null;
    }
    if (tree instanceof ParenthesizedTree inner) {
      return value(inner.getExpression());
    }
    if (tree instanceof TypeCastTree cast) {
      return value(cast.getExpression());
    }
    if (tree instanceof BinaryTree binary) {
      return calculated(binary);
    }
    if (tree instanceof MethodInvocationTree call) {
      return converted(call);
    }
    ExpressionTree constant = tree == null ? null : constants.get(tree.toString());
    return constant == null ? null : value(constant);
  }

  private Long calculated(BinaryTree binary) {
    Long left = value(binary.getLeftOperand());
    Long right = value(binary.getRightOperand());
    if (left == null || right == null) {
      return null;
    }
    return switch (binary.getKind()) {
      case MULTIPLY -> left * right;
      case PLUS -> left + right;
      case MINUS -> left - right;
      default -> null;
    };
  }

  private static final Pattern DURATION =
      Pattern.compile("Duration\\.of(Nano|Milli|Second|Minute|Hour|Day)s");

  /** Returns the value of a Duration, or of a conversion by TimeUnit or Duration. */
  private Long converted(MethodInvocationTree call) {
    String method = call.getMethodSelect().toString();
    Long amount = call.getArguments().isEmpty() ? null : value(call.getArguments().get(0));
    Matcher duration = DURATION.matcher(method);
    if (duration.matches() && amount != null) {
      return unit(duration.group(1).toUpperCase(Locale.ROOT) + "S").toNanos(amount);
    }
    Matcher conversion = Pattern.compile("(.*)\\.to(\\w+)").matcher(method);
    if (!conversion.matches()) {
      return null;
    }
    TimeUnit to = unit(conversion.group(2));
    TimeUnit from = unit(conversion.group(1));
    if (from == null && amount == null) {
      amount = value(((MemberSelectTree) call.getMethodSelect()).getExpression());
      from = TimeUnit.NANOSECONDS;
    }
    return to == null || from == null || amount == null ? null : to.convert(amount, from);
  }

  /** Returns the TimeUnit of an expression or word such as TimeUnit.SECONDS, Millis or DAYS. */
  private static TimeUnit unit(String text) {
    String name = text.substring(text.lastIndexOf('.') + 1).toUpperCase(Locale.ROOT);
    for (TimeUnit unit : TimeUnit.values()) {
      if (unit.name().equals(name)
          || (name.length() > 3
              && unit.name().startsWith(name.substring(0, name.length() - 1))
              && name.endsWith("S"))) {
        return unit;
      }
    }
    return null;
  }

  // --- code --------------------------------------------------------------------------------------

  private void add(RaceRule rule, Tree tree, String code) {
    long start = trees.getSourcePositions().getStartPosition(unit, tree);
    found.add(new RaceFinding(rule, file, unit.getLineMap().getLineNumber(start), code));
  }

  private static String name(ExpressionTree method) {
    String text = method.toString();
    return text.substring(text.lastIndexOf('.') + 1);
  }

  @Override
  public Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
    String method = call.getMethodSelect().toString();
    String name = name(call.getMethodSelect());
    List<? extends ExpressionTree> arguments = call.getArguments();
    if (method.equals("Thread.sleep")
        || method.startsWith("LockSupport.park")
        || (method.startsWith("TimeUnit.") && name.equals("sleep"))
        || (name.equals("wait") && !arguments.isEmpty())) {
      add(RaceRule.SLEEP, call, call.toString());
    }
    if (method.equals("ProcessHandle.of") || method.endsWith(".ProcessHandle.of")) {
      add(RaceRule.PROCESS, call, call.toString());
    }
    findLimit(call, method, name);
    findWords(arguments);
    return super.visitMethodInvocation(call, unused);
  }

  private void findLimit(MethodInvocationTree call, String method, String name) {
    List<? extends ExpressionTree> arguments = call.getArguments();
    Long limit = null;
    int last = arguments.size() - 1;
    if (DURATION.matcher(method).matches()) {
      limit = value(call);
    } else if (WAITS.contains(name) && last >= 1) {
      TimeUnit unit = unit(arguments.get(last).toString());
      Long amount = unit == null ? null : value(arguments.get(last - 1));
      limit = amount == null ? null : unit.toNanos(amount);
    } else if (LIMITS.contains(name) && last == 0) {
      Long amount = value(arguments.get(0));
      limit = amount == null ? null : TimeUnit.MILLISECONDS.toNanos(amount);
    }
    if (limit != null && limit < LEAST) {
      add(RaceRule.LIMIT, call, call.toString());
    }
  }

  /** Looks at additions, which may be deadlines, and at concatenations. */
  @Override
  public Void visitBinary(BinaryTree binary, Void unused) {
    if (binary.getKind() == Tree.Kind.PLUS) {
      String left = binary.getLeftOperand().toString();
      Long right = value(binary.getRightOperand());
      boolean nanos = left.equals("System.nanoTime()");
      boolean millis = left.equals("System.currentTimeMillis()");
      TimeUnit unit = nanos ? TimeUnit.NANOSECONDS : TimeUnit.MILLISECONDS;
      long limit = right == null ? LEAST : unit.toNanos(right);
      if ((nanos || millis) && limit < LEAST && limit > INSTANT) {
        add(RaceRule.LIMIT, binary, binary.toString());
      }
      List<ExpressionTree> parts = new ArrayList<>();
      flatten(binary, parts);
      findText(binary, joined(parts, ""));
      parts.stream()
          .filter(part -> !(part instanceof LiteralTree))
          .forEach(part -> scan(part, null));
      return null; // The parts count as one text.
    }
    return super.visitBinary(binary, unused);
  }

  private static void flatten(ExpressionTree tree, List<ExpressionTree> parts) {
    if (tree instanceof BinaryTree binary && binary.getKind() == Tree.Kind.PLUS) {
      flatten(binary.getLeftOperand(), parts);
      flatten(binary.getRightOperand(), parts);
    } else {
      parts.add(tree);
    }
  }

  /** Joins parts to a text. A placeholder stands for each part whose value is not known. */
  private static String joined(List<? extends ExpressionTree> parts, String between) {
    StringBuilder text = new StringBuilder();
    for (ExpressionTree part : parts) {
      boolean isKnown = part instanceof LiteralTree literal && literal.getValue() != null;
      text.append(text.length() == 0 ? "" : between);
      text.append(isKnown ? ((LiteralTree) part).getValue() : "%");
    }
    return text.toString();
  }

  @Override
  public Void visitMemberReference(MemberReferenceTree reference, Void unused) {
    String text = reference.toString();
    if (text.startsWith("LockSupport::park") || text.equals("Thread::sleep")) {
      add(RaceRule.SLEEP, reference, text);
    } else if (text.equals("ProcessHandle::of")) {
      add(RaceRule.PROCESS, reference, text);
    }
    return super.visitMemberReference(reference, unused);
  }

  @Override
  public Void visitNewClass(NewClassTree creation, Void unused) {
    List<? extends ExpressionTree> arguments = creation.getArguments();
    String type = creation.getIdentifier().toString();
    if (SOCKETS.contains(type)) {
      // The port is the first argument of a class that listens, or the second one after an address.
      int at = type.endsWith("Socket") && !type.equals("Socket") ? 0 : arguments.size() - 1;
      Long port = at < 0 || at >= arguments.size() ? null : value(arguments.get(at));
      if (port != null && port != 0 && port != CLOSED_PORT) {
        add(RaceRule.PORT, creation, creation.toString());
      }
    }
    findWords(arguments);
    return super.visitNewClass(creation, unused);
  }

  @Override
  public Void visitNewArray(NewArrayTree array, Void unused) {
    if (array.getInitializers() != null) {
      findWords(array.getInitializers());
    }
    return super.visitNewArray(array, unused);
  }

  @Override
  public Void visitAnnotation(AnnotationTree annotation, Void unused) {
    if (annotation.getAnnotationType().toString().equals("Timeout")) {
      Long amount = null;
      TimeUnit unit = TimeUnit.SECONDS;
      for (ExpressionTree argument : annotation.getArguments()) {
        boolean isNamed = argument instanceof AssignmentTree;
        Tree given = isNamed ? ((AssignmentTree) argument).getExpression() : argument;
        if (isNamed && ((AssignmentTree) argument).getVariable().toString().equals("unit")) {
          unit = unit(given.toString());
        } else {
          amount = value(given);
        }
      }
      if (amount != null && unit.toNanos(amount) < LEAST) {
        add(RaceRule.LIMIT, annotation, annotation.toString());
      }
    }
    return super.visitAnnotation(annotation, unused);
  }

  // --- texts -------------------------------------------------------------------------------------

  @Override
  public Void visitLiteral(LiteralTree literal, Void unused) {
    if (literal.getValue() instanceof String text) {
      findText(literal, text);
    }
    return super.visitLiteral(literal, unused);
  }

  /** Looks at two arguments of a call that are two words of a command, such as "sleep" and "5". */
  private void findWords(List<? extends ExpressionTree> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String word = joined(arguments.subList(i, i + 1), " ").replaceFirst("^/(usr/)?bin/", "");
      boolean hasNext = i + 1 < arguments.size();
      if (hasNext && WITH_VALUE.contains(word)) {
        String pair = word + " " + joined(arguments.subList(i + 1, i + 2), " ");
        Long value = value(arguments.get(i + 1));
        findText(arguments.get(i), value == null ? pair : word + " " + value);
      }
      boolean isFirst = i == 0;
      if (hasNext && isFirst && word.equals("kill") && !joined(arguments, " ").contains("--")) {
        add(RaceRule.PROCESS, arguments.get(i), joined(arguments, " "));
      }
    }
  }

  private void findText(Tree tree, String text) {
    ShellRules.find(text, (rule, at, code) -> add(rule, tree, code));
    if (PROCESS.matcher(text).find()) {
      add(RaceRule.PROCESS, tree, text.strip());
    }
  }
}
