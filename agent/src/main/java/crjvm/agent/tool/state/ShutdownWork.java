package crjvm.agent.tool.state;

import crjvm.agent.os.jdk.JdkInside;
import java.io.File;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The work of the JVM at its end, done for a run: shutdown hooks, and files to delete. Some of it
 * was registered before the run, or by the initialisation of a class, which no other run repeats.
 * That work stays for the real end.
 */
public final class ShutdownWork {
  private final Class<?> registry;
  private final Map<Thread, Thread> hooks;
  private final Class<?> fileRegistry;
  private final Field files;
  private final Set<Thread> kept = Collections.newSetFromMap(new IdentityHashMap<>());
  private Set<String> keptFiles = Set.of();

  @SuppressWarnings("unchecked")
  public ShutdownWork() throws ReflectiveOperationException {
    registry = JdkInside.type("java.lang.ApplicationShutdownHooks");
    hooks = (Map<Thread, Thread>) JdkInside.field(registry, "hooks").get(null);
    fileRegistry = JdkInside.type("java.io.DeleteOnExitHook");
    files = JdkInside.field(fileRegistry, "files");
    keep();
  }

  /** Returns a number that shows whether anything was registered between two calls. */
  int count() {
    synchronized (registry) {
      synchronized (fileRegistry) {
        return hooks.size() + registeredFiles().size();
      }
    }
  }

  /** Keeps everything that is registered now for the real end. */
  synchronized void keep() {
    kept.addAll(registered());
    synchronized (fileRegistry) {
      keptFiles = new LinkedHashSet<>(registeredFiles());
    }
  }

  private List<Thread> registered() {
    synchronized (registry) {
      return new ArrayList<>(hooks.keySet());
    }
  }

  @SuppressWarnings("unchecked")
  private Collection<String> registeredFiles() {
    try {
      return (Collection<String>) files.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Does the work now.
   *
   * @param halts whether the run asked for an end without shutdown work
   * @return whether the hooks ended in time
   */
  public synchronized boolean run(boolean halts, Duration limit) throws InterruptedException {
    List<Thread> ofRun = new ArrayList<>();
    for (Thread hook : registered()) {
      boolean isOfJdk = hook.getClass().getClassLoader() == null && hook.getClass() != Thread.class;
      if (!kept.contains(hook) && !isOfJdk) {
        Runtime.getRuntime().removeShutdownHook(hook);
        ofRun.add(hook);
      }
    }
    boolean isDone = true;
    if (!halts) {
      ofRun.forEach(Thread::start);
      long end = System.nanoTime() + limit.toNanos();
      for (Thread hook : ofRun) {
        hook.join(Math.max(1, Duration.ofNanos(end - System.nanoTime()).toMillis()));
        isDone &= !hook.isAlive();
      }
    }
    deleteFiles(halts);
    return isDone;
  }

  /** Deletes the files that were kept for the end of the JVM, which will not come. */
  public synchronized void deleteKeptFiles() {
    keptFiles = Set.of();
    deleteFiles(false);
  }

  private void deleteFiles(boolean halts) {
    List<String> ofRun;
    synchronized (fileRegistry) {
      ofRun = new ArrayList<>(registeredFiles());
      ofRun.removeAll(keptFiles);
      registeredFiles().removeAll(ofRun);
    }
    Collections.reverse(ofRun); // as the JVM does
    if (!halts) {
      ofRun.forEach(file -> new File(file).delete());
    }
  }
}
