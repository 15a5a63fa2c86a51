package crjvm.agent.identity.holder;

import crjvm.agent.library.Members;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The labels in Micrometer's registry for Prometheus. It has a collector for all meters of a name.
 * The collector has a function for each meter, and the function has captured the labels' values.
 */
final class PrometheusLabels {
  static final String REGISTRY = "io.micrometer.prometheusmetrics.PrometheusMeterRegistry";

  private final List<Map<Object, Object>> children = new ArrayList<>();
  private final List<Label> labels = new ArrayList<>();

  private record Label(List<Object> values, int index, Object before, MicrometerIds.NewTag tag) {}

  PrometheusLabels(Object registry, MicrometerIds ids) throws ReflectiveOperationException {
    for (Object collector : MicrometerIds.map(registry, "collectorMap").values()) {
      ids.add(Members.get(collector, "originalMeterId"));
      Map<Object, Object> own = MicrometerIds.map(collector, "children");
      for (Map.Entry<Object, Object> child : own.entrySet()) {
        ids.add(child.getKey());
        List<Object> values = captured(child.getKey(), child.getValue());
        if (values != null) {
          addLabels(child.getKey(), values, ids);
        }
      }
      children.add(own);
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
        boolean hasTags = !values(child.getKey()).isEmpty();
        if (hasTags && captured(child.getKey(), child.getValue()) == null) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns the list of the labels' values in a function; null: there is not exactly one. */
  @SuppressWarnings("unchecked")
  private static List<Object> captured(Object id, Object function)
      throws ReflectiveOperationException {
    List<Object> wanted = values(id);
    List<Object> found = null;
    for (Field field : function.getClass().getDeclaredFields()) {
      field.setAccessible(true);
      if (field.get(function) instanceof ArrayList<?> list && list.equals(wanted)) {
        if (found != null) {
          return null;
        }
        found = (List<Object>) list;
      }
    }
    return found;
  }

  private static List<Object> values(Object id) throws ReflectiveOperationException {
    List<Object> values = new ArrayList<>();
    for (Object tag : (Iterable<?>) Members.get(id, "tags")) {
      values.add(MicrometerIds.isPlain(tag) ? Members.get(tag, "value") : null);
    }
    return values;
  }

  /** Returns the maps that have ids of meters as keys. */
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
