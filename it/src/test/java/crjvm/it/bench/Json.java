package crjvm.it.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * A parser of JSON as in RFC 8259, which accepts nothing else. Objects become maps, in which no
 * name occurs twice, arrays become lists, and numbers become doubles.
 */
public final class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  public static Object parse(String text) {
    Json json = new Json(text);
    Object value = json.value();
    json.skipSpace();
    if (json.at < text.length()) {
      throw json.fault("more than one value");
    }
    return value;
  }

  /** Returns the value as an object. */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  /** Returns the value as an array. */
  @SuppressWarnings("unchecked")
  public static List<Object> list(Object value) {
    return (List<Object>) value;
  }

  private IllegalArgumentException fault(String what) {
    return new IllegalArgumentException(what + " at " + at + " of " + text);
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean skip(String word) {
    skipSpace();
    boolean found = text.startsWith(word, at);
    at += found ? word.length() : 0;
    return found;
  }

  private void expect(String word) {
    if (!skip(word)) {
      throw fault("no " + word);
    }
  }

  private Object value() {
    if (skip("{")) {
      return object();
    } else if (skip("[")) {
      return array();
    } else if (skip("\"")) {
      return string();
    } else if (skip("true")) {
      return true;
    } else if (skip("false")) {
      return false;
    } else if (skip("null")) {
      throw new NoSuchElementException("a value is null, in " + text);
    }
    return number();
  }

  private Map<String, Object> object() {
    Map<String, Object> object = new LinkedHashMap<>();
    if (skip("}")) {
      return object;
    }
    do {
      expect("\"");
      String name = string();
      expect(":");
      if (object.put(name, value()) != null) {
        throw fault("a second " + name);
      }
    } while (skip(","));
    expect("}");
    return object;
  }

  private List<Object> array() {
    List<Object> array = new ArrayList<>();
    if (skip("]")) {
      return array;
    }
    do {
      array.add(value());
    } while (skip(","));
    expect("]");
    return array;
  }

  /** Reads a string whose first quote was read already. */
  private String string() {
    StringBuilder string = new StringBuilder();
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return string.toString();
      } else if (c < ' ') {
        throw fault("a control character");
      }
      string.append(c == '\\' ? escaped() : c);
    }
    throw fault("an unfinished string");
  }

  private char escaped() {
    at++;
    char c = text.charAt(at);
    if (c == 'u') {
      at += 4;
      return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
    }
    int known = "\"\\/bfnrt".indexOf(c);
    if (known < 0) {
      throw fault("an unknown escape");
    }
    return "\"\\/\b\f\n\r\t".charAt(known);
  }

  private double number() {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return Double.parseDouble(text.substring(start, at));
  }
}
