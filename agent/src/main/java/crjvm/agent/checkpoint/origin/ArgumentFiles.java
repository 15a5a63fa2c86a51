package crjvm.agent.checkpoint.origin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Replaces the argument files of a {@code java} command, {@code @FILE}, by their words, as the
 * JDK's launcher does. The kernel's command line has the names of these files only.
 */
final class ArgumentFiles {
  private static final String DISABLE = "--disable-@files";

  /** The options of {@code java} whose value is the next word. */
  private static final Set<String> WITH_VALUE =
      Set.of(
          "-cp",
          "-classpath",
          "--class-path",
          "-p",
          "--module-path",
          "--upgrade-module-path",
          "--add-modules",
          "--enable-native-access",
          "--limit-modules",
          "--add-exports",
          "--add-opens",
          "--add-reads",
          "--patch-module",
          "--describe-module",
          "-d",
          "--source");

  private final Path directory;
  private final List<String> expanded = new ArrayList<>();
  private boolean isDisabled;
  private boolean isOver;
  private boolean takesValue;

  private ArgumentFiles(Path directory) {
    this.directory = directory;
  }

  /**
   * Returns the words of the command line with those of argument files in the place of the files.
   *
   * @param line the command line, which begins with the program
   * @throws IOException a file can't be read any more
   */
  static List<String> expand(List<String> line, Path directory) throws IOException {
    ArgumentFiles files = new ArgumentFiles(directory);
    files.expanded.add(line.get(0));
    for (String word : line.subList(1, line.size())) {
      files.add(word);
    }
    return files.expanded;
  }

  private void add(String word) throws IOException {
    if (isOver || isDisabled || !word.startsWith("@") || word.length() == 1) {
      addWord(word);
    } else if (word.startsWith("@@")) {
      addWord(word.substring(1));
    } else {
      for (String each : words(read(word.substring(1)))) {
        addWord(each); // The name of another argument file is a usual word here.
      }
    }
  }

  private void addWord(String word) {
    expanded.add(word);
    if (word.startsWith("-")) {
      takesValue = WITH_VALUE.contains(word); // not -jar and -m, whose value comes last
      isDisabled |= word.equals(DISABLE);
      isOver |= word.startsWith("--module=");
    } else {
      isOver |= !takesValue;
      takesValue = false;
    }
  }

  /** Reads a file, but not from a pipe, which would give nothing a second time. */
  private String read(String name) throws IOException {
    Path file;
    try {
      file = directory.resolve(name);
    } catch (InvalidPathException e) {
      throw new IOException(e);
    }
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(name);
    }
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  /** The places in an argument file, as in the JDK's args.c. */
  private enum Place {
    BETWEEN,
    WORD,
    QUOTATION,
    ESCAPE,
    INDENTATION,
    COMMENT
  }

  /**
   * Returns the words of an argument file's text. White space separates them, quotes of either kind
   * keep it, a backslash escapes in quotes and continues a quotation on the next line, and {@code
   * #} begins a comment.
   */
  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    Place place = Place.BETWEEN;
    char quote = 0;
    int begun = 0; // what has no quotes before a comment is lost
    for (char c : text.toCharArray()) {
      if (place == Place.BETWEEN || place == Place.INDENTATION) {
        if (isSpace(c)) {
          continue;
        }
        place = place == Place.BETWEEN ? Place.WORD : Place.QUOTATION;
        begun = word.length();
      }
      switch (place) {
        case ESCAPE -> {
          place = isEnd(c) ? Place.INDENTATION : Place.QUOTATION;
          if (!isEnd(c)) {
            word.append(escaped(c));
          }
        }
        case COMMENT -> place = isEnd(c) ? Place.BETWEEN : Place.COMMENT;
        case QUOTATION -> {
          if (c == quote) {
            place = Place.WORD;
            begun = word.length();
          } else if (c == '\\') {
            place = Place.ESCAPE;
          } else if (isEnd(c)) {
            place = end(words, word);
          } else {
            word.append(c);
          }
        }
        default -> {
          if (c == '"' || c == '\'') {
            quote = c;
            place = Place.QUOTATION;
          } else if (c == '#') {
            word.setLength(begun);
            place = Place.COMMENT;
          } else if (c == ' ' || c == '\t' || isEnd(c)) {
            place = end(words, word);
          } else {
            word.append(c);
          }
        }
      }
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }

  private static Place end(List<String> words, StringBuilder word) {
    words.add(word.toString());
    word.setLength(0);
    return Place.BETWEEN;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\f' || isEnd(c);
  }

  private static boolean isEnd(char c) {
    return c == '\n' || c == '\r';
  }

  private static char escaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'f' -> '\f';
      default -> c;
    };
  }
}
