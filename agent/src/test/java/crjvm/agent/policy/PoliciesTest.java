package crjvm.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.agent.message.Failure;
import crjvm.agent.os.process.OpenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoliciesTest {
  private static final int REGULAR = 0100644;
  private static final int FIFO = 0010600;

  @TempDir private Path temp;

  @Test
  void theFirstRuleThatFitsCounts() throws Exception {
    Policies policies =
        load(
            """
            # CRaC's own example, with a comment
            type: file
            path: /var/log/special.log
            action: error
            ---
            type: FILE
            path: **/*.log
            action: CLOSE
            warn: false
            """);

    assertThat(policies.of(file(5, "/var/log/special.log"))).isEqualTo(Action.ERROR);
    assertThat(policies.of(file(5, "/var/log/other.log"))).isEqualTo(Action.CLOSE);
    assertThat(policies.of(file(5, "/var/log/other.txt"))).isEqualTo(Action.KEEP);
  }

  @Test
  void ignoreAndReopenAreCrjvmsOwnWay() throws Exception {
    Policies policies =
        load(
            """
            type: file
            path: "/a/*"
            action: ignore
            ---
            type: file
            path: /b/*
            action: reopen
            ---
            type: file
            action: error
            """);

    assertThat(policies.of(file(5, "/a/x"))).isEqualTo(Action.KEEP);
    assertThat(policies.of(file(5, "/b/x"))).isEqualTo(Action.KEEP);
    assertThat(policies.of(file(5, "/c/x"))).isEqualTo(Action.ERROR);
  }

  @Test
  void pipesAndPlainDescriptorsAreFound() throws Exception {
    Policies policies =
        load(
            """
            type: pipe
            action: close
            ---
            type: filedescriptor
            value: 17
            action: error
            ---
            type: filedescriptor
            regex: io_uring|perf
            action: close
            """);

    assertThat(policies.of(open(9, "pipe:[123]", FIFO))).isEqualTo(Action.CLOSE);
    assertThat(policies.of(file(17, "/x"))).isEqualTo(Action.ERROR);
    assertThat(policies.of(open(3, "anon_inode:[io_uring]", 0600))).isEqualTo(Action.CLOSE);
    assertThat(policies.of(open(3, "anon_inode:[eventfd]", 0600))).isEqualTo(Action.KEEP);
  }

  @Test
  void deletedFilesHaveTheirOldNames() throws Exception {
    Policies policies = load("type: file\npath: /tmp/*.tmp\naction: close\n");
    OpenFile deleted = new OpenFile(4, "/tmp/a.tmp (deleted)", REGULAR, 0, 0, "1:1", List.of());

    assertThat(policies.of(deleted)).isEqualTo(Action.CLOSE);
  }

  @Test
  void filesThatMayChangeAreNoMatterOfDescriptors() throws Exception {
    Policies policies =
        load(
            """
            type: file
            path: /data/**
            action: keep
            when: changed
            ---
            type: file
            path: /data/**
            action: error
            """);

    assertThat(policies.of(file(5, "/data/x"))).isEqualTo(Action.ERROR);
    assertThat(policies.mayChange(Path.of("/data/a/x"))).isTrue();
    assertThat(policies.mayChange(Path.of("/date/x"))).isFalse();
  }

  @Test
  void whatIsWrongIsNamedWithItsLine() {
    assertFault("type: file\naction: keep\nwhen: gone", "line 3: when \"gone\" is not changed");
    assertFault("type: file\naction: close\nwhen: changed", "line 3: \"when: changed\" goes with");
    assertFault(
        "type: pipe\naction: keep\nwhen: changed", "line 3: \"when\" is not a key of a pipe");
    assertFault("type: file\naction: vanish\n", "line 2: action \"vanish\" is not one of");
    assertFault("type: door\naction: close\n", "line 1: type \"door\" is not one of");
    assertFault("type: file\n\npath /x\n", "line 3: \"path /x\" is not \"key: value\"");
    assertFault("type: file\npath:\n", "line 2: \"path\" has no value");
    assertFault("type: file\n", "line 1: the rule that ends here has no \"action\"");
    assertFault("type: pipe\npath: /x\naction: close", "line 2: \"path\" is not a key of a pipe");
    assertFault("type: file\ntype: pipe\n", "line 2: \"type\" is there twice");
    assertFault("type: file\npath: [x\naction: close", "line 2: \"[x\" is not a pattern");
    assertFault("type: socket\nlocalPort: x\naction: close", "line 2: \"x\" is not a number");
    assertFault("type: socket\nfamily: x\naction: close", "line 2: family \"x\" is not one of");
    assertFault(
        "type: filedescriptor\nregex: (\naction: close",
        "line 2: \"(\" is not a regular expression");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path nowhere = temp.resolve("nowhere");

    assertThatThrownBy(() -> Policies.load(nowhere))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(
            "the policies \"" + nowhere + "\" can't be read (there is no such file)");
  }

  private void assertFault(String text, String message) {
    assertThatThrownBy(() -> load(text)).isInstanceOf(Failure.class).hasMessageContaining(message);
  }

  private Policies load(String text) throws IOException, Failure {
    Path file = temp.resolve("policies.yaml");
    Files.writeString(file, text);
    return Policies.load(file);
  }

  private static OpenFile file(int number, String path) {
    return open(number, path, REGULAR);
  }

  private static OpenFile open(int number, String target, int mode) {
    return new OpenFile(number, target, mode, 1, 0, "1:1", List.of());
  }
}
