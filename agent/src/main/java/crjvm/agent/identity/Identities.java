package crjvm.agent.identity;

import crjvm.agent.hook.PointTransformer;
import crjvm.agent.hook.TrackedObjects;
import crjvm.agent.hook.identity.IdentityHooks;
import crjvm.agent.identity.holder.ActiveMqIds;
import crjvm.agent.identity.holder.CassandraUuids;
import crjvm.agent.identity.holder.ConsulInstances;
import crjvm.agent.identity.holder.DatadogRuntime;
import crjvm.agent.identity.holder.ElasticMetadata;
import crjvm.agent.identity.holder.EurekaInstances;
import crjvm.agent.identity.holder.HibernateOptimizers;
import crjvm.agent.identity.holder.HibernateUuids;
import crjvm.agent.identity.holder.HutoolSnowflakes;
import crjvm.agent.identity.holder.JavaUuidGenerator;
import crjvm.agent.identity.holder.JobRunrServers;
import crjvm.agent.identity.holder.KafkaConsumers;
import crjvm.agent.identity.holder.KafkaProducers;
import crjvm.agent.identity.holder.LockOwners;
import crjvm.agent.identity.holder.Log4jDates;
import crjvm.agent.identity.holder.Log4jTemplates;
import crjvm.agent.identity.holder.Log4jUuids;
import crjvm.agent.identity.holder.LogbackDates;
import crjvm.agent.identity.holder.MicrometerTags;
import crjvm.agent.identity.holder.MongoObjectIds;
import crjvm.agent.identity.holder.MqttClients;
import crjvm.agent.identity.holder.MybatisSequences;
import crjvm.agent.identity.holder.NatsInboxes;
import crjvm.agent.identity.holder.NettyHosts;
import crjvm.agent.identity.holder.NettyResolvers;
import crjvm.agent.identity.holder.NewRelicRuns;
import crjvm.agent.identity.holder.OpenTelemetryResources;
import crjvm.agent.identity.holder.PreallocatedKeys;
import crjvm.agent.identity.holder.QuartzSchedulers;
import crjvm.agent.identity.holder.ShedLockHosts;
import crjvm.agent.identity.holder.SpringIds;
import crjvm.agent.identity.holder.SpringLogs;
import crjvm.agent.identity.holder.TsidFactories;
import crjvm.agent.identity.holder.UuidCreator;
import crjvm.agent.identity.holder.VertxResolvers;
import crjvm.agent.identity.holder.ZooKeeperSessions;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Modules;
import crjvm.agent.message.Console;
import crjvm.agent.message.JdkLack;
import crjvm.agent.os.jdk.ClassState;
import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Collects, from the start of the JVM on, the values of libraries that identify this process. */
public final class Identities {
  /** The list is in alphabetical order. */
  private static final List<Holder> HOLDERS =
      List.of(
          new ActiveMqIds(),
          new CassandraUuids(),
          new ConsulInstances(),
          new DatadogRuntime(),
          new ElasticMetadata(),
          new EurekaInstances(),
          new HibernateOptimizers(),
          new HibernateUuids(),
          new HutoolSnowflakes(),
          new JavaUuidGenerator(),
          new JobRunrServers(),
          new KafkaConsumers(),
          new KafkaProducers(),
          new LockOwners(),
          new Log4jDates(),
          new Log4jTemplates(),
          new Log4jUuids(),
          new LogbackDates(),
          new MicrometerTags(),
          new MongoObjectIds(),
          new MqttClients(),
          new MybatisSequences(),
          new NatsInboxes(),
          new NettyHosts(),
          new NettyResolvers(),
          new NewRelicRuns(),
          new OpenTelemetryResources(),
          new PreallocatedKeys(),
          new QuartzSchedulers(),
          new ShedLockHosts(),
          new SpringIds(),
          new SpringLogs(),
          new TsidFactories(),
          new UuidCreator(),
          new VertxResolvers(),
          new ZooKeeperSessions());

  private final TrackedObjects objects = new TrackedObjects();
  private final Map<String, Holder> byClass = new HashMap<>();
  private final Instrumentation instrumentation;
  private final Modules modules;
  private final ClassState state; // null if this JDK does not show it

  private Identities(Instrumentation instrumentation) {
    this.instrumentation = instrumentation;
    modules = new Modules(instrumentation);
    state = classState();
  }

  private static ClassState classState() {
    try {
      return new ClassState();
    } catch (JdkLack e) {
      return null; // Without it, a look at a class initialises the class.
    }
  }

  /** Starts to collect the values. The JDK's packages have to be open. */
  public static Identities track(PointTransformer hooks, Instrumentation instrumentation) {
    Identities identities = new Identities(instrumentation);
    Set<String> made = new HashSet<>();
    Map<String, List<String>> statics = new HashMap<>();
    for (Holder holder : HOLDERS) {
      made.addAll(holder.objects());
      statics.putAll(holder.statics());
      holder.objects().forEach(name -> identities.byClass.put(name, holder));
      holder.statics().keySet().forEach(name -> identities.byClass.put(name, holder));
    }
    IdentityHooks.addTo(
        hooks,
        instrumentation,
        made,
        statics,
        identities.objects,
        why -> Console.say("copies may be taken for each other: " + why));
    return identities;
  }

  /**
   * Returns the sorted names of classes whose objects are known only if they are made after the
   * agent's start.
   */
  public static Set<String> classNames(Instrumentation instrumentation)
      throws ReflectiveOperationException {
    Set<String> names = new TreeSet<>();
    List<Class<?>> loaded = classes(instrumentation);
    for (Holder holder : HOLDERS) {
      names.addAll(holder.unknownLater(loaded));
    }
    return names;
  }

  /** Finds the values that this process has now. */
  public Found look() {
    return look(classes());
  }

  /**
   * Returns the fields whose values seem to identify this process, each as a part of a sentence.
   */
  public Set<String> values() throws ReflectiveOperationException {
    return StaticValues.find(instrumentation);
  }

  /** Returns the loaded classes whose static fields are examined. */
  List<Class<?>> classes() {
    return classes(instrumentation);
  }

  private static List<Class<?>> classes(Instrumentation instrumentation) {
    Set<String> names = new HashSet<>();
    HOLDERS.forEach(holder -> names.addAll(holder.statics().keySet()));
    List<Class<?>> classes = new ArrayList<>();
    for (Class<?> type : instrumentation.getAllLoadedClasses()) {
      if (names.contains(type.getName())) {
        classes.add(type);
      }
    }
    return classes;
  }

  Found look(List<Class<?>> classes) {
    Found found = new Found();
    for (Class<?> type : classes) {
      look(type, type, found);
    }
    for (Object object : objects.living()) {
      look(object, object.getClass(), found);
    }
    return found;
  }

  private void look(Object owner, Class<?> type, Found found) {
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      Holder holder = byClass.get(each.getName());
      if (holder != null) {
        look(holder, owner, each, found);
        return;
      }
    }
  }

  private void look(Holder holder, Object owner, Class<?> type, Found found) {
    try {
      if (owner == type && state != null && !state.isInitialised(type)) {
        return; // The class has no values yet.
      }
      modules.open(type.getModule());
      holder.look(owner, found);
    } catch (ReflectiveOperationException | RuntimeException e) {
      Console.trace(e);
      found.share("what " + type.getName() + " has (" + e + ")");
    }
  }
}
