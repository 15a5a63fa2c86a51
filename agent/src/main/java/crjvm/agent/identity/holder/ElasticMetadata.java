package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.RandomUuid;
import crjvm.agent.identity.value.Reachable;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.os.jna.Kernel;
import crjvm.agent.randomness.Entropy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.regex.Pattern;

/**
 * The lines about the process at the beginning of each request that Elastic's APM agent sends to
 * its server. The agent puts them together once. They have the agent's ephemeral id, the process id
 * and the host name.
 */
public final class ElasticMetadata implements Holder {
  private static final String PACKAGE = "co.elastic.apm.agent.";
  private static final String SERIALIZER = PACKAGE + "report.serialize.DslJsonSerializer";
  private static final String TRACER = PACKAGE + "tracer.GlobalTracer";

  private static final Reachable SERIALIZERS =
      new Reachable(
          SERIALIZER,
          Pattern.compile(
              "co\\.elastic\\.apm\\..*(?:Tracer|Reporter|EventHandler|Serializer\\$Writer)"));

  @Override
  public List<String> objects() {
    return List.of(SERIALIZER);
  }

  /** Returns no class, because all objects are found. */
  @Override
  public List<String> unknownLater(List<Class<?>> loaded) {
    return List.of();
  }

  @Override
  public Map<String, List<String>> statics() {
    return Map.of(TRACER, List.of());
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    if (owner instanceof Class<?> type) {
      for (Object serializer : SERIALIZERS.from(Members.field(type, "INSTANCE").get(null))) {
        lookAt(serializer, found);
      }
    } else {
      lookAt(owner, found);
    }
  }

  private static void lookAt(Object serializer, Found found) throws ReflectiveOperationException {
    MutableField field =
        new MutableField(Members.field(serializer.getClass(), "serializedMetaData"));
    Future<?> future = (Future<?>) Members.get(serializer, "metaData");
    if (field.get(serializer) == null || !future.isDone() || !found.isFirst(serializer)) {
      return; // The agent has not sent anything yet, or this object is known already.
    }
    Object metadata;
    try {
      metadata = future.get();
    } catch (Exception e) {
      throw new ReflectiveOperationException(e);
    }
    Object agent = Members.get(Members.get(metadata, "service"), "agent");
    MutableField id = new MutableField(Members.field(agent.getClass(), "ephemeralId"));
    Object process = Members.get(metadata, "process");
    found.add(
        new Change(
            serializer,
            field,
            agent,
            id,
            process,
            new MutableField(Members.field(process.getClass(), "pid"))));
  }

  private record Change(
      Object serializer,
      MutableField lines,
      Object agent,
      MutableField id,
      Object process,
      MutableField pid)
      implements Renewal {
    @Override
    public void renew(Entropy entropy) throws Exception {
      apply(RandomUuid.next(entropy), Kernel.processId());
    }

    @Override
    public void rehearse() throws Exception {
      apply((String) id.get(agent), (Long) pid.get(process));
    }

    private void apply(String newId, long newPid) throws IllegalAccessException {
      String text = new String((byte[]) lines.get(serializer), StandardCharsets.UTF_8);
      String changed =
          text.replace((String) id.get(agent), newId)
              .replaceFirst("(\"process\":\\{\"pid\":)\\d+", "$1" + newPid);
      lines.set(serializer, changed.getBytes(StandardCharsets.UTF_8));
      id.set(agent, newId);
      pid.set(process, newPid);
    }
  }
}
