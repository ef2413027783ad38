package io.evenkeel.kernel.placement;

import io.evenkeel.model.HostKey;
import java.util.List;
import java.util.Optional;

/**
 * Where one machine goes.
 *
 * @param host empty: nowhere; the machine stays down until there is room
 * @param score of the host when it was chosen, per mille; see {@link Candidate#score}
 * @param turnedDown other hosts, grouped by the reason, in the order of {@link Fit}
 */
public record Placed(Guest guest, Optional<HostKey> host, int score, List<TurnedDown> turnedDown) {
    public Placed {
        turnedDown = List.copyOf(turnedDown);
    }

    /**
     * Hosts that were not taken for one reason.
     *
     * @param reason {@link Fit#FITS}: their score was higher
     * @param hosts how many
     * @param first one of them: the best of those that fit, else the first by name
     */
    public record TurnedDown(Fit reason, int hosts, HostKey first) {}
}
