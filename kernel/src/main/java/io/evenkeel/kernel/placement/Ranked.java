package io.evenkeel.kernel.placement;

import io.evenkeel.model.HostKey;

/**
 * A host in the ranking.
 *
 * @param score per mille, lower is better; without any machine to be placed
 * @param state whether it takes machines at all
 */
public record Ranked(HostKey host, int score, Fit state) {}
