package crjvm.it.app;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All exercises by name, in the order in which they run, without those that {@code
 * crjvm.it.without} names.
 */
final class Exercises {
  private Exercises() {}

  static Map<String, Exercise> prepared() throws Exception {
    Map<String, Exercise> all = new LinkedHashMap<>();
    all.put("timers", new TimerExercise());
    all.put("descriptors", new DescriptorExercise());
    all.put("deleted-files", new DeletedFileExercise());
    all.put("file-locks", new FileLockExercise());
    all.put("pipes", new PipeExercise());
    all.put("datagrams", new DatagramExercise());
    all.put("server-sockets", new ServerSocketExercise());
    all.put("buffers", new BufferExercise());
    all.put("native-code", new NativeExercise());
    all.put("reallocations", new ReallocationExercise());
    all.put("mappings", new MappingExercise());
    all.put("kernel-objects", new KernelObjectExercise());
    all.put("exceptions", new ExceptionExercise());
    all.put("deoptimisation", new DeoptimisationExercise());
    all.put("threads", new ThreadExercise());
    all.put("virtual-threads", new VirtualThreadExercise());
    all.put("classes", new ClassExercise());
    all.put("children", new ChildExercise());
    all.put("heap", new HeapExercise());
    all.put("flight-recorder", new FlightRecorderExercise());
    all.keySet().removeAll(List.of(System.getProperty("crjvm.it.without", "").split(",")));
    for (Exercise exercise : all.values()) {
      exercise.prepare();
    }
    return all;
  }
}
