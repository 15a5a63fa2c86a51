package crjvm.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class DoctorTest {
  private static String json(boolean possible, String findings) {
    return "{\"version\":\"1\",\"checkpoint\":{\"possible\":"
        + possible
        + ",\"findings\":["
        + findings
        + "]},\"restore\":{\"possible\":true,\"findings\":[]}}";
  }

  private static String finding(String id, String state, String text) {
    return "{\"id\":\"" + id + "\",\"state\":\"" + state + "\",\"text\":\"" + text + "\"}";
  }

  @Test
  void oneWayIsEnough() throws Exception {
    String findings = finding("no-new-privs", "no", "it is set; unset it");
    Doctor doctor = Doctor.parse(json(true, findings + "," + finding("namespace", "ok", "")));
    assertThat(doctor.possible()).isTrue();
  }

  @Test
  void theReasonIsTheFirstObstacle() throws Exception {
    String findings =
        finding("criu", "no", "no \\\"criu\\\"; get it") + "," + finding("x", "no", "y; z");
    Doctor doctor = Doctor.parse(json(false, findings));
    assertThat(doctor.possible()).isFalse();
    assertThat(doctor.reason()).isEqualTo("no \"criu\"; get it (and 1 more: crjvm doctor)");
  }

  @Test
  void anythingElseIsAnError() {
    for (String text : new String[] {"", "{}", "[]", "no such command", "{\"checkpoint\":{}}"}) {
      assertThatThrownBy(() -> Doctor.parse(text)).as(text).isInstanceOf(IOException.class);
    }
  }
}
