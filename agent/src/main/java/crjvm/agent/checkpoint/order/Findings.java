package crjvm.agent.checkpoint.order;

import java.util.List;

/**
 * What a checkpoint would find.
 *
 * @param obstacles for which there would be no image
 * @param losses what restored processes would not have, and what else there is to know
 */
public record Findings(List<String> obstacles, List<String> losses) {}
