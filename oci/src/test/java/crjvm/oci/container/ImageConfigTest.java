package crjvm.oci.container;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.oci.layer.StoredLayer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ImageConfigTest {
  private static final Instant TIME = Instant.parse("2026-02-03T04:05:06Z");
  private static final StoredLayer LOWER = layer("lower");
  private static final StoredLayer UPPER = layer("upper");

  private static StoredLayer layer(String name) {
    return new StoredLayer(name, "sha256:" + name, "sha256:packed", 1, "type");
  }

  private static String configured(String base) {
    ObjectNode config = (ObjectNode) new JsonMapper().readTree(base.replace('\'', '"'));
    ImageConfig image = new ImageConfig(new BaseImage(List.of(LOWER), config), TIME);
    image.user("1:2");
    image.entryPoint(List.of("crjvm", "run"));
    image.environment(Map.of("COLOUR", "green = blue"));
    image.label("label", "value");
    image.port("8080/tcp");
    image.workingFolder("/srv");
    return new String(image.format(List.of(UPPER)), StandardCharsets.UTF_8).replace('"', '\'');
  }

  @Test
  void theSettingsOfTheBaseStayIfTheyAreNotOfItsOwnProgram() {
    assertThat(
            configured(
                "{'architecture':'amd64','os':'linux','container_config':{},'created':'1970',"
                    + "'config':{'Env':['PATH=/bin','COLOUR=red'],'Cmd':['sh'],'User':'root',"
                    + "'Labels':{'own':'x'},'StopSignal':'SIGQUIT','Volumes':{'/data':{}}},"
                    + "'history':[{'comment':'layer'},{'comment':'none','empty_layer':true}],"
                    + "'rootfs':{'type':'layers','diff_ids':['sha256:lower']}}"))
        .isEqualTo(
            "{'architecture':'amd64','os':'linux','created':'2026-02-03T04:05:06Z',"
                + "'config':{'Env':['PATH=/bin','COLOUR=green = blue'],'User':'1:2',"
                + "'Labels':{'own':'x','label':'value'},'Volumes':{'/data':{}},"
                + "'Entrypoint':['crjvm','run'],'ExposedPorts':{'8080/tcp':{}},"
                + "'WorkingDir':'/srv'},"
                + "'history':[{'comment':'layer'},{'comment':'none','empty_layer':true},"
                + "{'created':'2026-02-03T04:05:06Z','created_by':'crjvm','comment':'upper'}],"
                + "'rootfs':{'type':'layers','diff_ids':['sha256:lower','sha256:upper']}}");
  }

  @Test
  void aLayerWithoutHistoryGetsOne() {
    assertThat(configured("{'rootfs':{'type':'layers','diff_ids':['sha256:lower']}}"))
        .contains(
            "'history':[{'created':'2026-02-03T04:05:06Z','created_by':'crjvm','comment':'lower'},"
                + "{'created':'2026-02-03T04:05:06Z','created_by':'crjvm','comment':'upper'}]");
  }
}
