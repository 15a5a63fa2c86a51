package crjvm.agent.identity.holder;

import crjvm.agent.library.Members;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The labels in Micrometer's registry for Prometheus. It has a collector for all meters of a name.
 * The collector has a function for each meter, and the function has captured the labels' values.
 * The function's key is the meter's id since Micrometer 1.17. Before, it was the list of those
 * values, and the function has captured the id as well.
 */
final class PrometheusLabels {
  static final String REGISTRY = "io.micrometer.prometheusmetrics.PrometheusMeterRegistry";

  private final List<Map<Object, Object>> children = new ArrayList<>();
  private final List<Label> labels = new ArrayList<>();

  private record Label(List<Object> values, int index, Object before, MicrometerIds.NewTag tag) {}

  PrometheusLabels(Object registry, MicrometerIds ids) throws ReflectiveOperationException {
    for (Object collector : MicrometerIds.map(registry, "collectorMap").values()) {
      if (Members.hasField(collector, "originalMeterId")) {
        ids.add(Members.get(collector, "originalMeterId"));
      }
      Map<Object, Object> own = MicrometerIds.map(collector, "children");
      for (Map.Entry<Object, Object> child : own.entrySet()) {
        addChild(child.getKey(), child.getValue(), ids);
      }
      children.add(own);
    }
  }

  private void addChild(Object key, Object function, MicrometerIds ids)
      throws ReflectiveOperationException {
    Object id = id(key, function);
    List<Object> values = id == null ? null : captured(values(id), function);
    if (values == null) {
      return;
    }
    ids.add(id);
    addLabels(id, values, ids);
    if (key instanceof List<?> && key != values) {
      addLabels(id, list(key), ids);
    }
  }

  private void addLabels(Object id, List<Object> values, MicrometerIds ids)
      throws ReflectiveOperationException {
    int index = 0;
    for (Object tag : (Iterable<?>) Members.get(id, "tags")) {
      MicrometerIds.NewTag renewed = ids.renewed(tag);
      if (renewed != null) {
        labels.add(new Label(values, index, values.get(index), renewed));
      }
      index++;
    }
  }

  /** Returns whether the labels of all meters are where this class expects them. */
  static boolean areKnown(Object registry) throws ReflectiveOperationException {
    for (Object collector : MicrometerIds.map(registry, "collectorMap").values()) {
      for (Map.Entry<Object, Object> child : MicrometerIds.map(collector, "children").entrySet()) {
        Object id = id(child.getKey(), child.getValue());
        if (id == null) {
          return false;
        }
        List<Object> values = values(id);
        if (!values.isEmpty() && captured(values, child.getValue()) == null) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns the id of a function's meter; null: there is not exactly one. */
  private static Object id(Object key, Object function) throws ReflectiveOperationException {
    return MicrometerIds.isId(key) ? key : only(function, MicrometerIds::isId);
  }

  /** Returns the list of the labels' values in a function; null: there is not exactly one. */
  private static List<Object> captured(List<Object> wanted, Object function)
      throws ReflectiveOperationException {
    return list(only(function, value -> value instanceof ArrayList<?> && value.equals(wanted)));
  }

  /** Returns what a function has captured; null: there is not exactly one such object. */
  private static Object only(Object function, Predicate<Object> condition)
      throws ReflectiveOperationException {
    Object found = null;
    for (Field field : function.getClass().getDeclaredFields()) {
      field.setAccessible(true);
      Object value = field.get(function);
      if (condition.test(value)) {
        if (found != null) {
          return null;
        }
        found = value;
      }
    }
    return found;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) {
    return (List<Object>) value;
  }

  private static List<Object> values(Object id) throws ReflectiveOperationException {
    List<Object> values = new ArrayList<>();
    for (Object tag : (Iterable<?>) Members.get(id, "tags")) {
      values.add(MicrometerIds.isPlain(tag) ? Members.get(tag, "value") : null);
    }
    return values;
  }

  /** Returns the maps whose keys change with the labels. */
  List<Map<Object, Object>> children() {
    return children;
  }

  void apply() {
    labels.forEach(label -> label.values.set(label.index, label.tag.value()));
  }

  void rehearse() {
    labels.forEach(label -> label.values.set(label.index, label.before));
  }
}
