package crjvm.agent.checkpoint.order;

import java.util.List;

/**
 * The findings of the checks of a checkpoint.
 *
 * @param obstacles the reasons why there would be no image
 * @param losses what restored processes would lack, and other remarks
 */
public record Findings(List<String> obstacles, List<String> losses) {}
