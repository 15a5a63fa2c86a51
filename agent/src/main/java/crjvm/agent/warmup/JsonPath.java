package crjvm.agent.warmup;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A path to one value in a JSON text, such as {@code $.data.tokens[0]['access-token']}. */
final class JsonPath {
  private static final String STEP = "\\.([\\w-]+)|\\[(\\d{1,9})]|\\['([^']*)']|\\[\"([^\"]*)\"]";

  /** The form of a path. */
  static final String FORM = "\\$(?:" + STEP.replaceAll("\\((?!\\?)", "(?:") + ")*";

  private static final Pattern STEPS = Pattern.compile(STEP);

  /** The names of members, and the numbers of elements. */
  private final List<Object> steps = new ArrayList<>();

  /**
   * @param path a text of the {@link #FORM}
   */
  JsonPath(String path) {
    Matcher matcher = STEPS.matcher(path);
    while (matcher.find()) {
      if (matcher.group(2) != null) {
        steps.add(Integer.valueOf(matcher.group(2)));
      } else {
        steps.add(matcher.group().replaceAll("^(\\.|\\[['\"])|['\"]]$", ""));
      }
    }
  }

  /**
   * Returns a string, number or truth value as text, or null if there is none.
   *
   * @throws IOException the text is not JSON up to the value
   */
  String find(String text) throws IOException {
    JsonReader reader = new JsonReader(new StringReader(text));
    for (Object step : steps) {
      boolean isThere =
          step instanceof Integer number ? element(reader, number) : member(reader, step);
      if (!isThere) {
        return null;
      }
    }
    JsonToken token = reader.peek();
    if (token == JsonToken.BOOLEAN) {
      return Boolean.toString(reader.nextBoolean());
    }
    boolean isText = token == JsonToken.STRING || token == JsonToken.NUMBER;
    return isText ? reader.nextString() : null;
  }

  private static boolean element(JsonReader reader, int number) throws IOException {
    if (reader.peek() != JsonToken.BEGIN_ARRAY) {
      return false;
    }
    reader.beginArray();
    for (int i = 0; i < number && reader.hasNext(); i++) {
      reader.skipValue();
    }
    return reader.hasNext();
  }

  private static boolean member(JsonReader reader, Object name) throws IOException {
    if (reader.peek() != JsonToken.BEGIN_OBJECT) {
      return false;
    }
    reader.beginObject();
    while (reader.hasNext()) {
      if (reader.nextName().equals(name)) {
        return true;
      }
      reader.skipValue();
    }
    return false;
  }
}
