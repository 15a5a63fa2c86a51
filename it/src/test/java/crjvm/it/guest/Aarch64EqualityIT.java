package crjvm.it.guest;

import crjvm.it.bench.Engine;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.equality.EqualityComparison;
import crjvm.it.matrix.BesideOthers;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * On 64-bit ARM, too, a process that crjvm restored is, before its first instruction, the same as
 * the one that CRIU restores from the same dump: in memory, registers, keys and signals.
 */
@BesideOthers
@Tag("arm64")
class Aarch64EqualityIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** Leaves the agent's partial folder with the dump, because the agent's last step fails. */
  private static final String DUMP =
      """
      user() { setpriv --reuid ${user} --regid ${user} --init-groups "$@"; }
      mkdir ${image}
      mount -t tmpfs -o size=1m,mode=777 none ${image}
      chmod 777 .
      user env --default-signal CRJVM_DEBUG=1 sh -c '"$@" 2>&1 </dev/null | cat >output' sh "$JAVA_HOME/bin/java" -Xmx96m \\
          -XX:TieredStopAtLevel=1 -javaagent:${product}/crjvm.jar=image=${image},at=http:${url} \\
          -jar ${application} --port ${port} &
      pid=$!
      until grep -q 'kept for debugging' output; do
          kill -0 $pid 2>/dev/null || { cat output; exit 1; }
          sleep 0.5
      done
      umount ${image}
      partial=$(sed -n 's/.*kept for debugging: "\\(.*\\)".*/\\1/p' output)
      jvm=${partial%.partial}
      jvm=${jvm##*.}
      kill $jvm
      wait $pid || :
      """;

  private static final String RESTORE =
      """
      mkdir ${folder} ${folder}/criu ${folder}/ours
      chmod 777 ${folder} ${folder}/*
      setpriv --reuid ${user} --regid ${user} --init-groups --inh-caps +checkpoint_restore,+setpcap \\
          --ambient-caps +checkpoint_restore,+setpcap -- env LD_LIBRARY_PATH=${libraries} ${criu} restore \\
          --no-default-config --unprivileged --images-dir $partial/dump --log-file restore.log -v4 --shell-job \\
          --tcp-close --file-locks --ghost-limit 1G --manage-cgroups=ignore --leave-stopped &
      pid=$!
      until grep -q 'Restore finished successfully' $partial/dump/restore.log && grep -q '^State:.T' /proc/$jvm/status; do
          kill -0 $pid 2>/dev/null || { tail -n 30 $partial/dump/restore.log; exit 1; }
          sleep 0.5
      done
      ${snapshot} stopped ${folder}/criu $jvm
      kill -KILL $jvm
      wait $pid || :
      user ${snapshot} run ${folder}/ours ${product}/libexec/crjvm-restore --image $partial/image --
      mv $partial/image ${folder}/image
      """;

  @Test
  void restoredProcessIsWhatCriuRestores() throws Exception {
    ArmProduct product = ArmProduct.build(BENCH);
    Path snapshot = product.program("snapshot");
    Path folder = product.image("equality");
    try (VirtualMachine guest = product.boot("max", snapshot)) {
      String script =
          product
              .script(DUMP + RESTORE, 25, product.image("never"))
              .replace("${user}", User.ORDINARY.number("-u"))
              .replace("${folder}", folder.toString())
              .replace("${libraries}", Engine.LIBRARIES)
              .replace("${criu}", Engine.PROGRAM)
              .replace("${snapshot}", snapshot.toString());
      guest.run(User.ROOT, ArmProduct.LIMIT, script).expectSuccess();
      guest.bringBack(folder);
    }
    EqualityComparison.compare(
        folder.resolve("image"), folder.resolve("criu"), folder.resolve("ours"));
  }
}
