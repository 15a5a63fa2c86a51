package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.OwnValues;
import crjvm.agent.identity.value.RandomUuid;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The servers of JobRunr, of which one is the master: only that one schedules jobs. A copy's server
 * has another random id, and announces itself as one that has just started.
 */
public final class JobRunrServers implements Holder {
  private static final String PACKAGE = "org.jobrunr.server.";
  private static final String SERVER = PACKAGE + "BackgroundJobServer";
  private static final String MASTERS_WORK = PACKAGE + "JobZooKeeper";
  private static final String JOBS = "jobsCurrentlyInProgress";
  private static final int RANDOM = 4;

  @Override
  public List<String> objects() {
    return List.of(SERVER, MASTERS_WORK);
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    if (Members.hasField(owner, "serverZooKeeper")) {
      lookAtServer(owner, found);
    } else {
      // A server that becomes the master makes others, so these have nothing left to do.
      found.add(new FieldChange(owner, field(owner, "tasks"), entropy -> List.of()));
    }
  }

  private static void lookAtServer(Object server, Found found) throws ReflectiveOperationException {
    Object configuration = Members.get(Members.get(server, "configuration"), "configuration");
    MutableField field = field(configuration, "id");
    UUID id = (UUID) field.get(configuration);
    boolean isRandom = id.version() == RANDOM && !OwnValues.isGiven(id.toString());
    boolean isStarted = Members.get(server, "zookeeperThreadPool") != null;
    if (isStarted && !isRandom) {
      found.refuse("JobRunr's server, whose id \"" + id + "\" was chosen");
    }
    Map<?, ?> running = (Map<?, ?>) Members.get(Members.get(server, "jobSteward"), JOBS);
    for (Object job : running.keySet()) {
      Object name = Members.method(job.getClass(), "getJobName").invoke(job);
      found.refuse("JobRunr's job \"" + name + "\", which is running");
    }
    if (isRandom) {
      found.add(
          new FieldChange(
              configuration, field, entropy -> UUID.fromString(RandomUuid.next(entropy))));
    }
    // With a chosen id, too: the copy becomes the master again by announcing itself.
    found.add(new FieldChange(server, field(server, "firstHeartbeat"), entropy -> Instant.now()));
    found.add(new FieldChange(server, field(server, "isMaster"), entropy -> null));
    Object keeper = Members.get(server, "serverZooKeeper");
    found.add(new FieldChange(keeper, field(keeper, "masterId"), entropy -> null));
  }

  private static MutableField field(Object owner, String name) throws NoSuchFieldException {
    return new MutableField(Members.field(owner.getClass(), name));
  }
}
