package crjvm.agent.checkpoint.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.agent.message.Failure;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnfinishedTest {
  @TempDir private Path temp;

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final Unfinished unfinished = new Unfinished();

  @AfterEach
  void end() {
    executor.shutdownNow();
  }

  @Test
  void nothingIsPublishedAfterTheEnd() throws Exception {
    PartialFolder folder = PartialFolder.create(temp.resolve("image"));
    unfinished.set(folder);
    AtomicBoolean isPublished = new AtomicBoolean();

    assertThat(unfinished.end()).isTrue();

    assertThat(folder.path()).doesNotExist();
    assertThatThrownBy(() -> unfinished.publish(() -> isPublished.set(true)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("before its image was complete");
    assertThatThrownBy(unfinished::check).isInstanceOf(Failure.class);
    assertThat(isPublished).isFalse();
  }

  @Test
  void theEndWaitsForAPublication() throws Exception {
    unfinished.set(PartialFolder.create(temp.resolve("image")));
    CountDownLatch hasBegun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Future<?> publication =
        executor.submit(
            () -> {
              unfinished.publish(
                  () -> {
                    hasBegun.countDown();
                    try {
                      mayEnd.await();
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  });
              return null;
            });
    hasBegun.await();
    AtomicBoolean isPublished = new AtomicBoolean();
    AtomicBoolean hasWaited = new AtomicBoolean();
    Thread end =
        new Thread(
            () -> {
              unfinished.end();
              hasWaited.set(isPublished.get());
            });
    end.start();
    while (end.getState() == Thread.State.NEW || end.getState() == Thread.State.RUNNABLE) {
      Thread.onSpinWait();
    }
    isPublished.set(true);
    mayEnd.countDown();
    publication.get(10, TimeUnit.SECONDS);
    end.join();
    assertThat(hasWaited).isTrue();
  }

  @Test
  void anEndWithoutACheckpointHasNothingToReport() throws Exception {
    assertThat(unfinished.end()).isFalse();
  }
}
