package crjvm.spring;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * The endpoint {@code crjvm} of Spring Boot's Actuator: how this process was started, from the
 * system properties that crjvm sets. It is also right in a process that was never restored.
 */
@Endpoint(id = "crjvm")
public final class StartEndpoint {
  /**
   * Returns {@code start} ({@code restored}, {@code fallback} or {@code normal}). After a fallback
   * it adds the {@code reason}, and after a restore {@code imageId}, {@code imageAge} (seconds
   * since the checkpoint) and {@code restoreTime} (ISO 8601).
   */
  @ReadOperation
  public Map<String, Object> start() {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("start", System.getProperty("crjvm.start", "normal"));
    put(answer, "reason", System.getProperty("crjvm.fallback.reason"));
    put(answer, "imageId", System.getProperty("crjvm.image.id"));
    Long age = Long.getLong("crjvm.image.age");
    Long restored = Long.getLong("crjvm.restore.time");
    if (age != null && restored != null) {
      answer.put("imageAge", age + (System.currentTimeMillis() - restored) / 1000);
      answer.put("restoreTime", Instant.ofEpochMilli(restored).toString());
    }
    return answer;
  }

  private static void put(Map<String, Object> answer, String name, String value) {
    if (value != null && !value.isEmpty()) {
      answer.put(name, value);
    }
  }
}
