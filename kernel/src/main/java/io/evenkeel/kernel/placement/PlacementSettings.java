package io.evenkeel.kernel.placement;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The bounds of placement, and of moving what is placed.
 *
 * @param oldestFigures older measurements are not believed: the host takes nothing
 * @param overcommitPercent how much processor may be given away, of what there is; 100 to 2000.
 *     Memory is never given twice
 * @param spread added to a host's score for each machine of the same failure that it gets, per
 *     mille
 * @param leaving machines that leave one host at once, when it is emptied or hosts are made alike;
 *     1 to 16: more share its network, and each stands still for longer
 */
public record PlacementSettings(
        Duration oldestFigures, int overcommitPercent, int spread, int leaving) {
    /** What is used if nothing is said. */
    public static final PlacementSettings DEFAULT =
            new PlacementSettings(Duration.ofSeconds(60), 400, 50, 2);

    /** Checks every range; the message names all that is wrong. */
    public PlacementSettings {
        List<String> problems = new ArrayList<>();
        if (oldestFigures.compareTo(Duration.ofSeconds(1)) < 0) {
            problems.add("oldest-figures: " + oldestFigures + " (expected: >= 1s)");
        }
        if (overcommitPercent < 100 || overcommitPercent > 2000) {
            problems.add("overcommit: " + overcommitPercent + " (expected: 100..2000)");
        }
        if (spread < 0 || spread > 1000) {
            problems.add("spread: " + spread + " (expected: 0..1000)");
        }
        if (leaving < 1 || leaving > 16) {
            problems.add("leaving: " + leaving + " (expected: 1..16)");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }
}
