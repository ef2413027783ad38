package io.evenkeel.kernel.registry;

import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.ImageChange;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.model.EndpointKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Endpoints that have gone, whose decisions are still kept: for {@link #KEPT_FOR}, and of the
 * latest {@link #CAPACITY}. Containers come and go under ever new ids; without this their rings
 * would add up.
 *
 * <p>Soft state: since when each is gone; a restart counts anew. Single-threaded.
 */
public final class Departed {
    /** How long decisions outlive their endpoint. */
    public static final Duration KEPT_FOR = Duration.ofHours(1);

    /** Of how many that are gone decisions are kept. */
    public static final int CAPACITY = 2_000;

    /** In the order in which they went. */
    private final LinkedHashMap<EndpointKey, Long> sinceNanos = new LinkedHashMap<>();

    /** Notes who went and who is back. */
    public void observe(long nowNanos, ImageDelta delta) {
        for (ImageChange<EndpointKey, EndpointImage> change : delta.endpoints()) {
            if (change.removed()) {
                left(change.key(), nowNanos);
            } else {
                sinceNanos.remove(change.key());
            }
        }
    }

    /** This one is gone. */
    public void left(EndpointKey key, long nowNanos) {
        sinceNanos.putIfAbsent(key, nowNanos);
    }

    /** Whose decisions are to go now; they stay in the answer until {@link #forget}. */
    public List<EndpointKey> due(long nowNanos, int most) {
        List<EndpointKey> due = new ArrayList<>();
        int over = sinceNanos.size() - CAPACITY;
        for (Map.Entry<EndpointKey, Long> oldest : sinceNanos.entrySet()) {
            boolean old = nowNanos - oldest.getValue() >= KEPT_FOR.toNanos();
            if (due.size() == most || (over <= 0 && !old)) {
                break;
            }
            due.add(oldest.getKey());
            over--;
        }
        return due;
    }

    /** Their decisions are gone. */
    public void forget(Collection<EndpointKey> keys) {
        keys.forEach(sinceNanos::remove);
    }
}
