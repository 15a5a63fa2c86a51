package crjvm.agent.identity.value;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The values that were found in a process. Some of them can be renewed, others can't. */
public final class Found {
  private final List<Renewal> renewals = new ArrayList<>();
  private final List<Renewal> last = new ArrayList<>();
  private final Map<Class<?>, Renewal> commons = new HashMap<>();
  private final Set<Object> known = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<String> shared = new TreeSet<>();
  private final Set<String> refused = new TreeSet<>();

  public void add(Renewal renewal) {
    renewals.add(renewal);
  }

  /**
   * Returns the one renewal of this type, which several values share. The first call makes and adds
   * it.
   */
  public <T extends Renewal> T renewal(Class<T> type, Supplier<T> maker) {
    Renewal common = commons.get(type);
    if (common == null) {
      common = maker.get();
      commons.put(type, common);
      add(common);
    }
    return type.cast(common);
  }

  /** Returns false if the search has found the object before. */
  public boolean isFirst(Object object) {
    return known.add(object);
  }

  /** Adds a renewal that runs after all others. */
  public void addLast(Renewal renewal) {
    last.add(renewal);
  }

  /** Adds a value that copies will have in common, as a part of a sentence. */
  public void share(String what) {
    shared.add(what);
  }

  /** Adds a value that makes copies harm each other, as a part of a sentence. */
  public void refuse(String what) {
    refused.add(what);
  }

  /** Returns all renewals in the order in which they run. */
  public List<Renewal> renewals() {
    List<Renewal> all = new ArrayList<>(renewals);
    all.addAll(last);
    return all;
  }

  /**
   * Returns the names of all values that copies will have in common, each as a part of a sentence.
   */
  public Set<String> shared() {
    return shared;
  }

  /**
   * Returns the names of all values that make copies harm each other, each as a part of a sentence.
   */
  public Set<String> refused() {
    return refused;
  }
}
