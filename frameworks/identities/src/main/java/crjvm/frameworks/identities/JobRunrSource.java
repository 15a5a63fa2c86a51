package crjvm.frameworks.identities;

import static org.jobrunr.server.BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.configuration.JobRunrConfiguration;
import org.jobrunr.jobs.annotations.Job;
import org.jobrunr.scheduling.BackgroundJob;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.postgresql.ds.PGSimpleDataSource;

/** The id of a server of JobRunr, and whether it is the master. */
public final class JobRunrSource {
  private static final int POLL_SECONDS = 5;
  private static final int PAUSE_MILLIS = 50;
  private static final CountDownLatch RUNNING = new CountDownLatch(1);
  private static final CountDownLatch NEVER = new CountDownLatch(1);
  private static final CountDownLatch DUE = new CountDownLatch(1);

  JobRunrSource(String url, String id) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    BackgroundJobServerConfiguration server =
        usingStandardBackgroundJobServerConfiguration()
            .andPollIntervalInSeconds(POLL_SECONDS)
            .andWorkerCount(2);
    if (id != null) {
      server = server.andId(UUID.fromString(id));
    }
    JobRunrConfiguration configuration =
        JobRunr.configure()
            .useStorageProvider(new PostgresStorageProvider(source))
            .useBackgroundJobServer(server);
    var unused = configuration.initialize();
  }

  /** Returns the id, and whether it is the master, once the database contains it. */
  String next() throws InterruptedException {
    BackgroundJobServer server = JobRunr.getBackgroundJobServer();
    while (!server.isAnnounced()) {
      Thread.sleep(PAUSE_MILLIS);
    }
    return server.getId() + " " + server.isMaster();
  }

  /** Starts a job that does not end. */
  String run() throws InterruptedException {
    String job = BackgroundJob.enqueue(() -> work()).toString();
    RUNNING.await();
    return job;
  }

  /** Waits for a job that is due at once, and that the master has to find. */
  String due() throws InterruptedException {
    String job = BackgroundJob.schedule(Instant.now(), () -> countDown()).toString();
    DUE.await();
    return job;
  }

  @Job(name = "a short one")
  public static void countDown() {
    DUE.countDown();
  }

  @Job(name = "a long one")
  public static void work() throws InterruptedException {
    RUNNING.countDown();
    NEVER.await();
  }
}
