package crjvm.agent.gate;

import crjvm.agent.message.JdkLack;
import crjvm.agent.os.jdk.JvmThreads;
import crjvm.agent.os.jna.Jvmti;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * All threads that run Java code, except those of the checkpoint. They are stopped, and are still
 * stopped when the restorer starts them. A thread in native code continues there and stops before
 * it returns to Java.
 *
 * <p>The JDK's threads stop as well, because they run code of the application, too: finalizers,
 * cleaners, signal handlers, agents that attach. Nothing waits for them in the meantime. Hidden
 * threads of the JVM (compilers, collectors) continue, because they are needed.
 *
 * <p>A thread that native code attaches to the JVM meanwhile can't be stopped, because no Java
 * thread started it.
 */
final class ApplicationThreads {
  /**
   * The largest number of searches for new threads. Running threads start new ones, and fewer run
   * after each search.
   */
  private static final int ROUNDS = 100;

  /** HotSpot's name of the thread. */
  private static final String SIGNAL_THREAD = "Signal Dispatcher";

  private final Jvmti jvmti;
  private final JvmThreads allThreads;
  private final Set<Thread> known = Collections.newSetFromMap(new IdentityHashMap<>());
  private long[] handles = {};
  private long signals; // the handle of the signal thread; 0: it is not stopped
  private Jvmti.Resumption resumption; // null: the threads run

  /**
   * @throws IOException this JVM does not allow its threads to be stopped
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
   * Stops the threads.
   *
   * @param exempt the threads that continue
   * @throws IOException there are threads that can't be stopped, and no thread is stopped
   */
  void stop(Set<Thread> exempt) throws IOException {
    jvmti.acquire();
    List<Long> list = new ArrayList<>();
    try {
      // Virtual threads come first, because a thread that mounts or unmounts one must not be
      // stopped in the middle.
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
   * Resumes the JVM's thread that starts other threads for signals, such as Ctrl-C, and for tools
   * that attach. The other threads stay stopped.
   */
  void letSignalsCome() {
    if (signals != 0) {
      jvmti.resume(signals);
    }
  }

  /**
   * Returns whether there is a new thread since the threads were stopped, apart from the expected
   * one.
   */
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
      // A thread that the application itself has suspended (JDK 17) stays suspended.
      if (errors[i] != Jvmti.THREAD_NOT_ALIVE && errors[i] != Jvmti.THREAD_SUSPENDED) {
        failure = "error " + errors[i] + " for \"" + threads.get(i).getName() + "\"";
      }
    }
    if (failure != null) {
      throw new IOException("SuspendThreadList: " + failure);
    }
  }

  /** Returns all live threads, including the JDK's. */
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
   * Resumes the threads, in any process. It does nothing if they run already.
   *
   * @param isRehearsed whether the threads stay stopped
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

  /**
   * Releases everything that was kept for the threads. It is called after they were resumed, so
   * that they do not wait for it.
   */
  void release() {
    try {
      jvmti.release(handles);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } finally {
      handles = new long[0];
      known.clear();
      jvmti.relinquish(); // A debugger may need this capability.
    }
  }
}
