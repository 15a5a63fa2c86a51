package crjvm.agent.tool;

import crjvm.agent.message.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The file of {@code train=FILE}. Each line is a command line, whose words are quoted as in the
 * shell, but not expanded. {@code in=FOLDER} and {@code stdin=FILE}, unquoted and before all other
 * words, name its folder and its input.
 */
public final class TrainingFile {
  private static final String WHAT = "no checkpoint will be made";
  private static final int SIZE_LIMIT = 1 << 20;
  private static final int COMMANDS_LIMIT = 1000;
  private static final String FOLDER = "in=";
  private static final String INPUT = "stdin=";

  private final Path file;

  private TrainingFile(Path file) {
    this.file = file;
  }

  /** Reads a file, and checks that the folders and files that it names exist. */
  public static List<TrainingCommand> read(Path file) throws Failure {
    TrainingFile reader = new TrainingFile(file.toAbsolutePath().normalize());
    List<TrainingCommand> commands = reader.parse(reader.text());
    for (TrainingCommand command : commands) {
      reader.check(command);
    }
    return commands;
  }

  /**
   * Parses the text of a file.
   *
   * @param file the absolute path, for messages and relative paths
   */
  static List<TrainingCommand> parse(Path file, String text) throws Failure {
    return new TrainingFile(file).parse(text);
  }

  private String text() throws Failure {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(SIZE_LIMIT + 1);
      if (bytes.length > SIZE_LIMIT) {
        throw new Failure(
            WHAT, "the training file \"" + file + "\" has more than 1 MiB", "make it shorter");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new Failure(
          WHAT, "the training file \"" + file + "\" is not UTF-8 text", "write it anew", e);
    } catch (IOException e) {
      throw new Failure(
          WHAT,
          "the training file \"" + file + "\" can't be read (" + e.getMessage() + ")",
          "see train=",
          e);
    }
  }

  private List<TrainingCommand> parse(String text) throws Failure {
    List<TrainingCommand> commands = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      List<Word> words = words(line, number);
      if (!words.isEmpty()) {
        commands.add(command(words, number));
      }
    }
    if (commands.isEmpty()) {
      throw new Failure(
          WHAT,
          "the training file \"" + file + "\" has no command line",
          "write the arguments of one a line");
    } else if (commands.size() > COMMANDS_LIMIT) {
      throw new Failure(
          WHAT,
          "the training file \"" + file + "\" has more than " + COMMANDS_LIMIT + " command lines",
          "make it shorter");
    }
    return commands;
  }

  /**
   * A word of a command line.
   *
   * @param bare the number of characters at its beginning that are neither quoted nor escaped
   */
  private record Word(String text, int bare) {
    boolean isPrefix(String name) {
      return bare >= name.length() && text.startsWith(name);
    }
  }

  private TrainingCommand command(List<Word> words, int line) throws Failure {
    Path folder = null;
    Path input = null;
    int at = 0;
    for (; at < words.size(); at++) {
      Word word = words.get(at);
      if (word.isPrefix(FOLDER) && folder == null) {
        folder = path(word, FOLDER, line);
      } else if (word.isPrefix(INPUT) && input == null) {
        input = path(word, INPUT, line);
      } else if (word.isPrefix(FOLDER) || word.isPrefix(INPUT)) {
        throw bad(line, word.text(), "is given twice", "keep one of them");
      } else {
        break;
      }
    }
    return new TrainingCommand(
        line,
        words.subList(at, words.size()).stream().map(Word::text).toList(),
        Optional.ofNullable(folder),
        Optional.ofNullable(input));
  }

  private Path path(Word word, String prefix, int line) throws Failure {
    String text = word.text().substring(prefix.length());
    try {
      if (!text.isEmpty()) {
        return file.resolveSibling(text).normalize();
      }
    } catch (InvalidPathException e) {
      // The failure is the same as for an empty path.
    }
    throw bad(line, word.text(), "names no path", "write " + prefix + "PATH");
  }

  private void check(TrainingCommand command) throws Failure {
    Path folder = command.folder().orElse(null);
    if (folder != null && !Files.isDirectory(folder)) {
      throw bad(command.line(), FOLDER + folder, "is no folder", "see that it is there");
    }
    Path input = command.input().orElse(null);
    if (input != null && (Files.isDirectory(input) || !Files.isReadable(input))) {
      throw bad(command.line(), INPUT + input, "can't be read", "see that it is a file");
    }
  }

  private List<Word> words(String line, int number) throws Failure {
    List<Word> words = new ArrayList<>();
    int at = 0;
    while (true) {
      while (at < line.length() && isBlank(line.charAt(at))) {
        at++;
      }
      if (at == line.length() || line.charAt(at) == '#') {
        return words;
      }
      at = word(line, at, number, words);
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  /** Reads one word and returns the index of its end. */
  private int word(String line, int start, int number, List<Word> words) throws Failure {
    StringBuilder text = new StringBuilder();
    int bare = -1;
    char quote = 0;
    int at = start;
    for (; at < line.length() && (quote != 0 || !isBlank(line.charAt(at))); at++) {
      char c = line.charAt(at);
      boolean isQuote = c == '\'' || c == '"';
      if ((isQuote || c == '\\') && bare < 0) {
        bare = text.length();
      }
      if (c == '\\' && quote != '\'') {
        if (at + 1 == line.length()) {
          throw bad(number, line, "ends with a backslash", "keep a command line on one line");
        }
        char next = line.charAt(at + 1);
        if (quote == 0 || next == '"' || next == '\\') {
          at++;
          c = next;
        }
        text.append(c);
      } else if (c == quote) {
        quote = 0;
      } else if (isQuote && quote == 0) {
        quote = c;
      } else if (c == 0) {
        throw bad(number, line, "has a NUL character", "no argument can have one");
      } else {
        text.append(c);
      }
    }
    if (quote != 0) {
      throw bad(number, line, "has a quote that does not end", "close it with " + quote);
    }
    words.add(new Word(text.toString(), bare < 0 ? text.length() : bare));
    return at;
  }

  private Failure bad(int line, String value, String what, String remedy) {
    return new Failure(
        WHAT,
        "in the training file \"" + file + "\", line " + line + ", \"" + value + "\" " + what,
        remedy);
  }
}
