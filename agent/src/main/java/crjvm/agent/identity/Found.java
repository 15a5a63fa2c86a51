package crjvm.agent.identity;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Collects what is found in a process: some of it can be renewed, and some can't. */
public final class Found {
  private final List<Renewal> renewals = new ArrayList<>();
  private final List<Renewal> last = new ArrayList<>();
  private final Map<Class<?>, Renewal> commons = new HashMap<>();
  private final Set<Object> known = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<String> shared = new TreeSet<>();
  private final Set<String> refused = new TreeSet<>();

  void add(Renewal renewal) {
    renewals.add(renewal);
  }

  /** One for several things, which is added when the first of them is found. */
  <T extends Renewal> T renewal(Class<T> type, Supplier<T> maker) {
    Renewal common = commons.get(type);
    if (common == null) {
      common = maker.get();
      commons.put(type, common);
      add(common);
    }
    return type.cast(common);
  }

  /** False: another way has led to it before. */
  boolean isFirst(Object object) {
    return known.add(object);
  }

  /** After all others. */
  void addLast(Renewal renewal) {
    last.add(renewal);
  }

  /** Copies will have it in common: a part of a sentence. */
  void share(String what) {
    shared.add(what);
  }

  /** Copies would do harm with it: a part of a sentence. */
  void refuse(String what) {
    refused.add(what);
  }

  /** In their order. */
  List<Renewal> renewals() {
    List<Renewal> all = new ArrayList<>(renewals);
    all.addAll(last);
    return all;
  }

  /** Names what copies will have in common, each as a part of a sentence. */
  public Set<String> shared() {
    return shared;
  }

  /** Names what copies would do harm to each other with, each as a part of a sentence. */
  public Set<String> refused() {
    return refused;
  }
}
