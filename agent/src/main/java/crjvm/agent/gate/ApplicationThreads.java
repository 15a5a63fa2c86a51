package crjvm.agent.gate;

import crjvm.agent.message.JdkLack;
import crjvm.agent.os.JvmThreads;
import crjvm.agent.os.Jvmti;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Every thread that runs Java code but those of the checkpoint's own: stopped, they are so still
 * when the restorer lets them go. A thread in native code goes on there and stops when it is about
 * to return.
 *
 * <p>The JDK's threads stop as well. They run code of the application, too: finalizers, cleaners,
 * signal handlers, agents that attach. Nothing in between waits for them. What the JVM hides
 * (compilers, collectors) goes on and is needed.
 *
 * <p>A thread that native code attaches to the JVM while they are stopped is out of reach: none of
 * Java's threads started it.
 */
final class ApplicationThreads {
  /** New threads are started by running ones, of which there are fewer every time. */
  private static final int ROUNDS = 100;

  /** HotSpot's name. */
  private static final String SIGNAL_THREAD = "Signal Dispatcher";

  private final Jvmti jvmti;
  private final JvmThreads allThreads;
  private final Set<Thread> known = Collections.newSetFromMap(new IdentityHashMap<>());
  private long[] handles = {};
  private long signals; // the handle of that thread; 0: it is not stopped
  private Jvmti.Resumption resumption; // null: they go

  /**
   * @throws IOException this JVM does not let its threads be stopped
   */
  ApplicationThreads() throws IOException {
    jvmti = new Jvmti();
    try {
      allThreads = new JvmThreads();
    } catch (JdkLack | RuntimeException e) {
      throw new IOException("this JDK lacks " + JdkLack.piece(e), e);
    }
  }

  /**
   * @param exempt who goes on
   * @throws IOException there are threads that can't be stopped; none is
   */
  void stop(Set<Thread> exempt) throws IOException {
    jvmti.acquire();
    List<Long> list = new ArrayList<>();
    try {
      // First: what moves a virtual thread on or off its carrier must not be stopped half-way.
      jvmti.suspendVirtualThreads();
      stop(exempt, list);
    } catch (IOException | RuntimeException e) {
      prepareToLetGo(list);
      letGo(false);
      release();
      throw e;
    }
    prepareToLetGo(list);
  }

  /**
   * Lets the JVM's own thread go that starts others for signals, Ctrl-C among them, and for tools
   * that attach. The others stay where they are.
   */
  void letSignalsCome() {
    if (signals != 0) {
      jvmti.resume(signals);
    }
  }

  /** Whether there is a thread that was not there when they were stopped, but for one. */
  boolean areNew(Thread expected) throws IOException {
    for (Thread thread : all()) {
      if (thread != expected && !known.contains(thread)) {
        return true;
      }
    }
    return false;
  }

  private void prepareToLetGo(List<Long> stopped) {
    handles = array(stopped);
    resumption = jvmti.resumption(handles);
  }

  private void stop(Set<Thread> exempt, List<Long> handles) throws IOException {
    known.clear();
    known.addAll(exempt);
    signals = 0;
    for (int i = 0; i < ROUNDS; i++) {
      List<Thread> fresh = new ArrayList<>();
      for (Thread thread : all()) {
        if (known.add(thread)) {
          fresh.add(thread);
        }
      }
      if (fresh.isEmpty()) {
        return;
      }
      stop(fresh, handles);
    }
    throw new IOException("threads are started faster than they can be stopped");
  }

  private void stop(List<Thread> threads, List<Long> stopped) throws IOException {
    long[] handles = new long[threads.size()];
    for (int i = 0; i < handles.length; i++) {
      handles[i] = jvmti.handle(threads.get(i));
    }
    int[] errors = jvmti.suspend(handles);
    String failure = null;
    for (int i = 0; i < handles.length; i++) {
      if (errors[i] == 0) {
        stopped.add(handles[i]);
        if (threads.get(i).getName().equals(SIGNAL_THREAD)) {
          signals = handles[i];
        }
        continue;
      }
      jvmti.release(new long[] {handles[i]});
      // A thread that the application itself has suspended (JDK 17) stays so.
      if (errors[i] != Jvmti.THREAD_NOT_ALIVE && errors[i] != Jvmti.THREAD_SUSPENDED) {
        failure = "error " + errors[i] + " for \"" + threads.get(i).getName() + "\"";
      }
    }
    if (failure != null) {
      throw new IOException("SuspendThreadList: " + failure);
    }
  }

  /** All that live, the JDK's among them. */
  List<Thread> all() throws IOException {
    try {
      return allThreads.list();
    } catch (ReflectiveOperationException e) {
      throw new IOException("they are not listed (" + e + ")", e);
    }
  }

  private static long[] array(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  int count() {
    return handles.length;
  }

  /**
   * In whatever process; does nothing where they go already.
   *
   * @param isRehearsed they stay where they are
   */
  void letGo(boolean isRehearsed) {
    if (resumption == null) {
      return;
    }
    try {
      resumption.run(isRehearsed);
      if (!isRehearsed) {
        resumption.close();
        resumption = null;
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          "the application's threads do not go on: " + e.getMessage(), e);
    }
  }

  /** Keeps nothing of threads that go: later, because they do not wait for it. */
  void release() {
    try {
      jvmti.release(handles);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } finally {
      handles = new long[0];
      known.clear();
      jvmti.relinquish(); // a debugger may want it
    }
  }
}
