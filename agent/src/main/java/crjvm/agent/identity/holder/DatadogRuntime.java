package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import java.util.List;
import java.util.Map;

/** The runtime id that Datadog's agent has made and passed on to many of its objects. */
public final class DatadogRuntime implements Holder {
  @Override
  public Map<String, List<String>> statics() {
    return Map.of("datadog.trace.api.Config$RuntimeIdHolder", List.of());
  }

  @Override
  public void look(Object owner, Found found) {
    found.share("the runtime id of Datadog's agent");
  }
}
