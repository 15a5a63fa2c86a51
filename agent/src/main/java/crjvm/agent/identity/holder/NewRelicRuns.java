package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import java.util.List;
import java.util.Map;

/**
 * The run of New Relic's agent. The agent has registered the process with its service, and sends
 * everything under the id of that run.
 */
public final class NewRelicRuns implements Holder {
  private static final String CLASS = "com.newrelic.agent.RPMService";

  @Override
  public Map<String, List<String>> statics() {
    return Map.of(CLASS, List.of());
  }

  @Override
  public void look(Object owner, Found found) {
    found.share("the agent run of New Relic's agent, which takes them for one process");
  }
}
