package io.evenkeel.kernel.registry;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.ImageChange;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.model.EndpointKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Which self-registered endpoints are to be forgotten: those that no gateway has been able to reach
 * for {@link #ABSENT_FOR}. Declared endpoints are never forgotten.
 *
 * <p>Soft state: since when each endpoint is absent, on this loop's clock. A failover or a restart
 * begins to count anew, so an endpoint may be remembered up to that much longer, never shorter.
 */
public final class ReaperLoop {
    /** DESIGN "Presence": forgotten after ten minutes absent everywhere. */
    public static final Duration ABSENT_FOR = Duration.ofMinutes(10);

    private record Absence(long epoch, long sinceNanos) {}

    private final long absentNanos;
    private final TreeMap<EndpointKey, Absence> absences = new TreeMap<>();

    public ReaperLoop() {
        this(ABSENT_FOR);
    }

    /** With another time than {@link #ABSENT_FOR}, for tests and simulation. */
    public ReaperLoop(Duration absentFor) {
        this.absentNanos = absentFor.toNanos();
    }

    /** Notes who has become absent or present. */
    public void observe(long nowNanos, ImageDelta delta) {
        for (ImageChange<EndpointKey, EndpointImage> change : delta.endpoints()) {
            EndpointImage after = change.after();
            if (after == null || after.declared() || after.presentAnywhere()) {
                absences.remove(change.key());
            } else {
                Absence known = absences.get(change.key());
                if (known == null || known.epoch() != after.epoch()) {
                    absences.put(change.key(), new Absence(after.epoch(), nowNanos));
                }
            }
        }
    }

    /**
     * Who is to be forgotten now; stays in the answer until it is gone from the image.
     *
     * @param most endpoints in one answer
     */
    public List<EndpointImage> due(long nowNanos, ClusterImage image, int most) {
        List<EndpointImage> due = new ArrayList<>();
        for (var absence : absences.entrySet()) {
            if (due.size() >= most) {
                break;
            }
            EndpointImage endpoint = image.endpoints().get(absence.getKey());
            boolean over = nowNanos - absence.getValue().sinceNanos() >= absentNanos;
            if (over && endpoint != null && !endpoint.presentAnywhere()) {
                due.add(endpoint);
            }
        }
        return due;
    }
}
