package io.evenkeel.kernel.placement;

import io.evenkeel.model.HostKey;

/**
 * A host in the ranking, with what its score is made of.
 *
 * @param figures as they were given
 * @param score per mille, lower is better; without any machine to be placed
 * @param state whether it takes machines at all
 * @param processor share of its processor in use, per mille: measured, and promised since
 * @param memory share of its memory that is given away or in use, whichever is more, per mille
 * @param givenMilliCores processor that its machines were given, thousandths of a core
 * @param givenMemoryMebibytes memory that its machines were given
 */
public record Ranked(
        HostFigures figures,
        int score,
        Fit state,
        int processor,
        int memory,
        long givenMilliCores,
        long givenMemoryMebibytes) {

    /** The host. */
    public HostKey host() {
        return figures.host();
    }
}
