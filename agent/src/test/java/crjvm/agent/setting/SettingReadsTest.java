package crjvm.agent.setting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class SettingReadsTest {
  private final SettingReads reads = new SettingReads(type -> type == Agent.class);

  /** A stand-in for a class of the agent. */
  private static final class Agent {
    private static void read(SettingReads reads, String name) {
      reads.accept(System.getProperties(), name);
    }
  }

  @Test
  void whatTheAgentReadsInTheThreadsOfTheApplicationDoesNotCount() {
    Agent.read(reads, "agents");
    reads.accept(System.getProperties(), "application's");

    assertThat(reads.properties().toArray()).containsExactly("application's".hashCode());
  }

  @Test
  void namesAreKeptApartByTheirMaps() {
    reads.accept(System.getProperties(), "one");
    reads.accept(new Properties(), "none");
    reads.accept(Map.of(), "other");
    reads.accept(Map.of(), 7);

    assertThat(reads.properties().toArray()).containsExactly("one".hashCode());
    assertThat(reads.variables().toArray()).containsExactly("other".hashCode());
  }

  @Test
  void whatIsReadMeanwhileDoesNotCount() throws Exception {
    reads.setPaused(true);
    reads.accept(Map.of(), "paused");
    reads.setPaused(false);
    Thread own = new Thread(() -> reads.accept(Map.of(), "own"), "crjvm checkpoint");
    own.start();
    own.join();
    assertThat(reads.variables().toArray()).isEmpty();

    reads.accept(Map.of(), "read");
    assertThat(reads.variables().contains("read".hashCode())).isTrue();
    reads.clear();
    assertThat(reads.variables().contains("read".hashCode())).isFalse();
  }
}
