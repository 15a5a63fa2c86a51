package crjvm.agent.session;

import crjvm.agent.checkpoint.Checkpointer;
import crjvm.agent.checkpoint.order.CheckpointSettings.Tracked;
import crjvm.agent.options.Options;
import crjvm.agent.tool.ToolTraining;
import java.lang.instrument.Instrumentation;
import java.util.Optional;

/**
 * The agent in this JVM after its preparation for checkpoints.
 *
 * @param training the runs of a tool's main method before its image
 */
public record Prepared(
    Options options,
    Instrumentation instrumentation,
    Checkpointer checkpointer,
    Session session,
    Optional<ToolTraining> training,
    Tracked tracked) {}
