package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.InstanceName;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The meters of Micrometer's registries whose ids have renewed tags. The application has the
 * meters, and the registries find them by their ids, so both stay the same objects. The ids get
 * other tags, and the maps in which they are keys are filled again, because their hashes change.
 */
final class MicrometerMeters implements Renewal {
  private static final String CORE = "io.micrometer.core.instrument.";
  private static final String COMPOSITE = CORE + "composite.CompositeMeterRegistry";

  /** Other registries may have derived data from the tags, which would have to change, too. */
  private static final Set<String> KNOWN =
      Set.of(COMPOSITE, CORE + "simple.SimpleMeterRegistry", PrometheusLabels.REGISTRY);

  private final Found found;
  private final Map<List<String>, InstanceName> names = new HashMap<>();
  private final Set<Object> registries = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<String> unknown = new TreeSet<>();
  private final List<Filter> filters = new ArrayList<>();
  private Changes changes; // null: not yet made

  /**
   * Tags in a filter that every new meter gets.
   *
   * @param tags the tags, as Micrometer or the application keeps them
   */
  private record Filter(Object owner, String name, MutableField field, Iterable<?> tags) {
    /** Returns whether this is the same field of a filter that several registries have. */
    boolean isSame(Filter other) {
      return owner == other.owner && name.equals(other.name);
    }
  }

  MicrometerMeters(Found found) {
    this.found = found;
  }

  /** Adds a registry, and returns whether its meters can be renewed. */
  boolean addRegistry(Object registry) throws ReflectiveOperationException {
    String type = registry.getClass().getName();
    if (type.equals(COMPOSITE)) {
      for (Object part : (Iterable<?>) Members.get(registry, "registries")) {
        if (!isKnown(part)) {
          unknown.add(part.getClass().getName());
        }
      }
    }
    if (isKnown(registry)) {
      registries.add(registry);
      report();
      return true;
    }
    return false;
  }

  private static boolean isKnown(Object registry) throws ReflectiveOperationException {
    String type = registry.getClass().getName();
    return KNOWN.contains(type)
        && (!type.equals(PrometheusLabels.REGISTRY) || PrometheusLabels.areKnown(registry));
  }

  void addTag(String key, String value, InstanceName name) {
    names.put(List.of(key, value), name);
    report();
  }

  void addFilter(Object filter, Field field, Iterable<?> tags) {
    Filter added = new Filter(filter, field.getName(), new MutableField(field), tags);
    if (filters.stream().noneMatch(added::isSame)) {
      filters.add(added);
    }
  }

  /** Meters in a composite have the composite's tags in all of its registries. */
  private void report() {
    if (!names.isEmpty()) {
      unknown.forEach(type -> found.share("the common tags of meters in a " + type));
    }
  }

  @Override
  public void renew(Entropy entropy) throws Exception {
    if (!names.isEmpty()) {
      locked(List.copyOf(registries), () -> changes().apply(entropy));
    }
  }

  @Override
  public void rehearse() throws Exception {
    if (!names.isEmpty()) {
      locked(List.copyOf(registries), () -> changes().rehearse());
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  /**
   * Works while no thread registers a meter. A thread that was stopped while it registered one has
   * the lock, which the rehearsal notices.
   */
  private static void locked(List<Object> left, Work work) throws Exception {
    if (left.isEmpty()) {
      work.run();
      return;
    }
    synchronized (Members.get(left.get(0), "meterMapLock")) {
      locked(left.subList(1, left.size()), work);
    }
  }

  private Changes changes() throws Exception {
    if (changes == null) {
      changes = new Changes(new MicrometerIds(names));
    }
    return changes;
  }

  /** Everything that changes in a copy. The process makes and drops no meters any more. */
  private final class Changes {
    private final MicrometerIds ids;
    private final List<Index> indexes = new ArrayList<>();
    private final List<Object> filterTags = new ArrayList<>();
    private final List<PrometheusLabels> labels = new ArrayList<>();

    Changes(MicrometerIds ids) throws Exception {
      this.ids = ids;
      for (Filter filter : filters) {
        filterTags.add(ids.renewed(filter.tags));
      }
      Set<Object> composites = new HashSet<>();
      for (Object registry : registries) {
        if (registry.getClass().getName().equals(COMPOSITE)) {
          composites.addAll(MicrometerIds.map(registry, "meterMap").keySet());
        }
      }
      for (Object registry : registries) {
        addRegistry(registry, composites);
      }
    }

    /**
     * @param composites the ids in composites, by which their registries know the same meters. Tags
     *     in other ids before filters are those that the application gives, so they stay.
     */
    private void addRegistry(Object registry, Set<Object> composites) throws Exception {
      Map<Object, Object> meters = MicrometerIds.map(registry, "meterMap");
      for (Map.Entry<Object, Object> each : meters.entrySet()) {
        ids.add(each.getKey());
        ids.addOf(each.getValue());
      }
      index(meters);
      if (Members.hasField(registry, "preFilterIdToMeterMap")) { // Old releases have none.
        Map<Object, Object> before = MicrometerIds.map(registry, "preFilterIdToMeterMap");
        addIds(before.keySet(), composites);
        index(before);
      }
      if (Members.hasField(registry, "meterToPreFilterIdMap")) {
        Map<Object, Object> before = MicrometerIds.map(registry, "meterToPreFilterIdMap");
        addIds(before.values(), composites);
        index(before);
      }
      if (Members.hasField(registry, "stalePreFilterIds")) {
        Set<Object> stale = set(Members.get(registry, "stalePreFilterIds"));
        addIds(stale, composites);
        index(stale);
      }
      addSynthetic(MicrometerIds.map(registry, "syntheticAssociations"));
      if (registry.getClass().getName().equals(PrometheusLabels.REGISTRY)) {
        PrometheusLabels own = new PrometheusLabels(registry, ids);
        own.children().forEach(this::index);
        labels.add(own);
      }
    }

    private void addIds(Collection<Object> all, Set<Object> composites)
        throws ReflectiveOperationException {
      for (Object id : all) {
        if (composites.contains(id)) {
          ids.add(id);
        }
      }
    }

    /**
     * @param associations ids of meters that belong to another meter, by the id of that one
     */
    private void addSynthetic(Map<Object, Object> associations)
        throws ReflectiveOperationException {
      for (Map.Entry<Object, Object> each : associations.entrySet()) {
        ids.add(each.getKey());
        Set<Object> parts = set(each.getValue());
        for (Object part : parts) {
          ids.add(part);
        }
        index(parts);
      }
      index(associations);
    }

    private void index(Map<Object, Object> map) {
      indexes.add(new MapIndex(map, new ArrayList<>(new HashMap<>(map).entrySet())));
    }

    private void index(Set<Object> set) {
      indexes.add(new SetIndex(set, new ArrayList<>(set)));
    }

    void apply(Entropy entropy) throws Exception {
      ids.apply(entropy);
      for (int i = 0; i < filterTags.size(); i++) {
        filters.get(i).field.set(filters.get(i).owner, filterTags.get(i));
      }
      labels.forEach(PrometheusLabels::apply); // before the indexes: lists of labels may be keys
      indexes.forEach(Index::fillAgain);
    }

    void rehearse() throws Exception {
      ids.rehearse();
      for (Filter filter : filters) {
        filter.field.set(filter.owner, filter.tags);
      }
      labels.forEach(PrometheusLabels::rehearse);
      indexes.forEach(Index::rehearse);
    }
  }

  @SuppressWarnings("unchecked")
  private static Set<Object> set(Object value) {
    return (Set<Object>) value;
  }

  /** A collection that finds its elements by their hashes. */
  private interface Index {
    void fillAgain();

    void rehearse();
  }

  private record MapIndex(Map<Object, Object> map, List<Map.Entry<Object, Object>> entries)
      implements Index {
    @Override
    public void fillAgain() {
      map.clear();
      fill(map);
    }

    private void fill(Map<Object, Object> other) {
      for (Map.Entry<Object, Object> entry : entries) {
        other.put(entry.getKey(), entry.getValue());
      }
    }

    @Override
    public void rehearse() {
      fill(new HashMap<>());
    }
  }

  private record SetIndex(Set<Object> set, List<Object> elements) implements Index {
    @Override
    public void fillAgain() {
      set.clear();
      set.addAll(elements);
    }

    @Override
    public void rehearse() {
      new HashSet<Object>().addAll(elements);
    }
  }
}
