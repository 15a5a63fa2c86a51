package crjvm.agent.os.jna;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.util.Map;

/**
 * The part of the JVM's tool interface (JVMTI) that suspends and resumes threads, and that lists
 * compiled methods. Its functions are found by their numbers in the tables of {@code jvmti.h} and
 * {@code jni.h}.
 */
public final class Jvmti {
  /** The thread has ended, or has not begun. */
  public static final int THREAD_NOT_ALIVE = 15;

  /** The application has suspended the thread. */
  public static final int THREAD_SUSPENDED = 14;

  private static final int NONE = 0;
  private static final int NO_SUCH_VERSION = -3; // JNI_EVERSION
  private static final int VERSION_INTERFACE = 0x30000000;
  private static final int VERSION_WITH_VIRTUAL_THREADS = 21;
  private static final int VERSION = 11;
  private static final int JNI_VERSION = 0x000a0000;

  // numbers in JNIInvokeInterface_ and JNINativeInterface_, counted from 0
  private static final int GET_ENV = 6;
  private static final int NEW_GLOBAL_REF = 21;
  private static final int DELETE_GLOBAL_REF = 22;

  // numbers in jvmtiInterface_1_, counted from 1
  private static final int SET_EVENT_NOTIFICATION_MODE = 2;
  private static final int SUSPEND_THREAD_LIST = 92;
  private static final int RESUME_THREAD_LIST = 93;
  private static final int SUSPEND_ALL_VIRTUAL_THREADS = 118;
  private static final int RESUME_ALL_VIRTUAL_THREADS = 119;
  private static final int SET_EVENT_CALLBACKS = 122;
  private static final int GENERATE_EVENTS = 123;
  private static final int DISPOSE_ENVIRONMENT = 127;
  private static final int ADD_CAPABILITIES = 142;
  private static final int RELINQUISH_CAPABILITIES = 143;

  // numbers of jvmtiEvent and jvmtiEventMode
  private static final int FIRST_EVENT = 50;
  private static final int COMPILED_METHOD_LOAD = 68;
  private static final int ENABLE = 1;

  /** A bit of jvmtiCapabilities, like the next two. */
  private static final long CAN_SUSPEND = 1L << 20;

  private static final long CAN_LIST_COMPILED_METHODS = 1L << 27;
  private static final long CAN_SUPPORT_VIRTUAL_THREADS = 1L << 44;
  private static final int CAPABILITIES_BYTES = 16;

  private static final Map<String, Object> TAKING_OBJECTS =
      Map.of(Library.OPTION_ALLOW_OBJECTS, Boolean.TRUE);

  private final boolean hasVirtualThreads;
  private final long capabilities;
  private final Pointer vm;
  private final Pointer environment;

  /**
   * @throws IOException this JVM has no such interface
   */
  public Jvmti() throws IOException {
    vm = vm();
    Pointer newer = find(vm, version(VERSION_WITH_VIRTUAL_THREADS));
    hasVirtualThreads = newer != null;
    environment = hasVirtualThreads ? newer : environment(vm, version(VERSION));
    capabilities = hasVirtualThreads ? CAN_SUSPEND | CAN_SUPPORT_VIRTUAL_THREADS : CAN_SUSPEND;
  }

  private static int version(int feature) {
    return VERSION_INTERFACE | feature << 16;
  }

  private static Pointer vm() throws IOException {
    long buffer = Native.malloc(Long.BYTES + Integer.BYTES);
    try {
      int error =
          NativeLibrary.getProcess()
              .getFunction("JNI_GetCreatedJavaVMs")
              .invokeInt(new Object[] {buffer, 1, buffer + Long.BYTES});
      check("JNI_GetCreatedJavaVMs", error);
      return new Pointer(buffer).getPointer(0);
    } catch (UnsatisfiedLinkError e) {
      throw new IOException("JNI_GetCreatedJavaVMs: not found", e);
    } finally {
      Native.free(buffer);
    }
  }

  /** Returns an environment. An environment of JNI belongs to this thread only. */
  private static Pointer environment(Pointer vm, int version) throws IOException {
    Pointer found = find(vm, version);
    if (found == null) {
      throw new IOException("GetEnv: no version " + Integer.toHexString(version));
    }
    return found;
  }

  /** Returns the environment, or null if this JVM lacks this version of the interface. */
  private static Pointer find(Pointer vm, int version) throws IOException {
    long buffer = Native.malloc(Long.BYTES);
    try {
      int error = function(vm, GET_ENV).invokeInt(new Object[] {vm, buffer, version});
      if (error == NO_SUCH_VERSION) {
        return null;
      }
      check("GetEnv", error);
      return new Pointer(buffer).getPointer(0);
    } finally {
      Native.free(buffer);
    }
  }

  /** Returns a function of a C object, whose first word points to the table of its functions. */
  private static Function function(Pointer object, int index) {
    Pointer table = object.getPointer(0);
    return Function.getFunction(table.getPointer((long) index * Long.BYTES));
  }

  private Function function(int number) {
    return functionOf(environment, number);
  }

  private static Function functionOf(Pointer environment, int number) {
    return function(environment, number - 1);
  }

  private static void check(String call, int error) throws IOException {
    if (error != NONE) {
      throw new IOException(call + ": error " + error);
    }
  }

  /**
   * Acquires the right to suspend threads, which only one agent of a JVM can have at a time.
   *
   * @throws IOException another agent, such as a debugger, has it
   */
  public void acquire() throws IOException {
    check("AddCapabilities", callWithCapabilities(environment, ADD_CAPABILITIES, capabilities));
  }

  /** Returns the right, or does nothing if it was not acquired. */
  public void relinquish() {
    callWithCapabilities(environment, RELINQUISH_CAPABILITIES, capabilities);
  }

  private static int callWithCapabilities(Pointer environment, int number, long capabilities) {
    long buffer = Native.malloc(CAPABILITIES_BYTES);
    try {
      new Pointer(buffer).setLong(0, capabilities);
      new Pointer(buffer).setLong(Long.BYTES, 0);
      return functionOf(environment, number).invokeInt(new Object[] {environment, buffer});
    } finally {
      Native.free(buffer);
    }
  }

  /**
   * Has the JVM list all compiled methods, as for a profiler, and ignores the list. The JVM opens
   * the barrier at the entry of each for that.
   *
   * @throws IOException this JVM does not list them
   */
  public static void listCompiledMethods() throws IOException {
    Pointer own = environment(vm(), version(VERSION)); // Each call makes a new one.
    try {
      check(
          "AddCapabilities",
          callWithCapabilities(own, ADD_CAPABILITIES, CAN_LIST_COMPILED_METHODS));
      ignoreCompiledMethods(own);
      Object[] enabled = {own, ENABLE, COMPILED_METHOD_LOAD, Pointer.NULL};
      check(
          "SetEventNotificationMode",
          functionOf(own, SET_EVENT_NOTIFICATION_MODE).invokeInt(enabled));
      Object[] all = {own, COMPILED_METHOD_LOAD};
      check("GenerateEvents", functionOf(own, GENERATE_EVENTS).invokeInt(all));
    } finally {
      functionOf(own, DISPOSE_ENVIRONMENT).invokeInt(new Object[] {own});
    }
  }

  /** Has the JVM call a function of libc that ignores its arguments and does nothing. */
  private static void ignoreCompiledMethods(Pointer environment) throws IOException {
    long callbacks = COMPILED_METHOD_LOAD - FIRST_EVENT + 1L;
    Pointer table = new Pointer(Native.malloc(callbacks * Long.BYTES));
    try {
      table.clear(callbacks * Long.BYTES);
      Function nothing = NativeLibrary.getProcess().getFunction("getppid");
      table.setPointer((callbacks - 1) * Long.BYTES, nothing);
      Object[] arguments = {environment, table, (int) (callbacks * Long.BYTES)};
      check("SetEventCallbacks", functionOf(environment, SET_EVENT_CALLBACKS).invokeInt(arguments));
    } finally {
      Native.free(Pointer.nativeValue(table));
    }
  }

  /** Returns a handle, which keeps the thread's object until it is released. */
  public long handle(Thread thread) throws IOException {
    Pointer jni = environment(vm, JNI_VERSION);
    Object[] arguments = {jni, thread};
    return Pointer.nativeValue(
        (Pointer) function(jni, NEW_GLOBAL_REF).invoke(Pointer.class, arguments, TAKING_OBJECTS));
  }

  public void release(long[] handles) throws IOException {
    Pointer jni = environment(vm, JNI_VERSION);
    Function delete = function(jni, DELETE_GLOBAL_REF);
    for (long handle : handles) {
      delete.invokeVoid(new Object[] {jni, handle});
    }
  }

  /**
   * Suspends platform threads. A thread that runs Java code stops at once, any other before it
   * returns to Java code.
   *
   * @return 0 or the error, for each thread
   */
  public int[] suspend(long[] handles) throws IOException {
    int count = handles.length;
    long buffer = Native.malloc((long) count * (Long.BYTES + Integer.BYTES) + 1);
    try {
      long results = buffer + (long) count * Long.BYTES;
      new Pointer(buffer).write(0, handles, 0, count);
      Object[] arguments = {environment, count, buffer, results};
      check("SuspendThreadList", function(SUSPEND_THREAD_LIST).invokeInt(arguments));
      return new Pointer(results).getIntArray(0, count);
    } finally {
      Native.free(buffer);
    }
  }

  /**
   * Prepares resuming the threads and all virtual threads. Some of the threads may have ended by
   * then.
   *
   * @param handles the handles of suspended threads
   */
  public Resumption resumption(long[] handles) {
    return new Resumption(handles);
  }

  /** The resumption of threads by two calls, whose arguments are prepared before the dump. */
  public final class Resumption implements AutoCloseable {
    private final long buffer;
    private final Function resume = function(RESUME_THREAD_LIST);
    private final Object[] arguments;
    private final Object[] noArguments; // a list of no threads
    private final Function resumeVirtual =
        hasVirtualThreads ? function(RESUME_ALL_VIRTUAL_THREADS) : null;
    private final Object[] virtualArguments = {environment, 0, Pointer.NULL};

    private Resumption(long[] handles) {
      int count = handles.length;
      buffer = Native.malloc((long) count * (Long.BYTES + Integer.BYTES) + 1); // never 0 bytes
      new Pointer(buffer).write(0, handles, 0, count);
      long results = buffer + (long) count * Long.BYTES;
      arguments = new Object[] {environment, count, buffer, results};
      noArguments = new Object[] {environment, 0, buffer, results};
    }

    /**
     * @param isRehearsed whether the JVM is called without a thread to resume
     */
    public void run(boolean isRehearsed) throws IOException {
      check("ResumeThreadList", resume.invokeInt(isRehearsed ? noArguments : arguments));
      if (hasVirtualThreads && !isRehearsed) { // last, because they need their carriers
        check("ResumeAllVirtualThreads", resumeVirtual.invokeInt(virtualArguments));
      }
    }

    /** Frees the memory. The object can't be used afterwards. */
    @Override
    public void close() {
      Native.free(buffer);
    }
  }

  /** Resumes one platform thread. It has no effect on a running one. */
  public void resume(long handle) {
    long buffer = Native.malloc(Long.BYTES + Integer.BYTES);
    try {
      new Pointer(buffer).setLong(0, handle);
      Object[] arguments = {environment, 1, buffer, buffer + Long.BYTES};
      function(RESUME_THREAD_LIST).invokeInt(arguments);
    } finally {
      Native.free(buffer);
    }
  }

  /** Suspends all virtual threads, including those that will be started or mounted later. */
  public void suspendVirtualThreads() throws IOException {
    if (hasVirtualThreads) {
      Object[] all = {environment, 0, Pointer.NULL};
      check("SuspendAllVirtualThreads", function(SUSPEND_ALL_VIRTUAL_THREADS).invokeInt(all));
    }
  }
}
