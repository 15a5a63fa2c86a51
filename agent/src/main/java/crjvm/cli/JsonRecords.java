package crjvm.cli;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;

/**
 * Records as JSON: each is an object with a name for each component. They consist of other records,
 * maps, collections, texts, numbers and truth values.
 *
 * <p>Only the writer of Gson is used, because its object mapper would take a quarter of a megabyte
 * in the jar.
 */
final class JsonRecords {
  private JsonRecords() {}

  /** Returns a text of several indented lines, with no line end after the last one. */
  static String format(Record value) throws IOException {
    StringWriter text = new StringWriter();
    JsonWriter writer = new JsonWriter(text);
    writer.setFormattingStyle(FormattingStyle.PRETTY);
    write(writer, value);
    return text.toString();
  }

  private static void write(JsonWriter writer, Object value) throws IOException {
    if (value instanceof Record record) {
      writer.beginObject();
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        writer.name(component.getName());
        write(writer, read(record, component));
      }
      writer.endObject();
    } else if (value instanceof Map<?, ?> map) {
      writer.beginObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        writer.name(entry.getKey().toString());
        write(writer, entry.getValue());
      }
      writer.endObject();
    } else if (value instanceof Collection<?> elements) {
      writer.beginArray();
      for (Object element : elements) {
        write(writer, element);
      }
      writer.endArray();
    } else if (value instanceof Number number) {
      writer.value(number);
    } else if (value instanceof Boolean truth) {
      writer.value(truth);
    } else {
      writer.value(value.toString());
    }
  }

  private static Object read(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("\"" + component + "\" is not readable", e);
    }
  }
}
