package io.evenkeel.gateway;

import io.evenkeel.gateway.tunnel.Tunnels;
import io.evenkeel.kernel.eligibility.Presence;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.model.EndpointKey;
import java.util.LinkedHashMap;
import java.util.TreeMap;

/**
 * How a gateway reaches endpoints: which hold a link here, and who has time to dial until when, by
 * the gateway's attention: while it stands still it cannot hear where they have dialled. Guarded by
 * the {@link ServiceTable}, but for {@link #due}.
 */
final class Reaches {
    /** Losses that are remembered for images to come; beyond it the oldest is forgotten. */
    private static final int MOST_LOST = 10_000;

    private final String self;
    private final long graceNanos;

    /** The first loop's attended time, as of its last tick. */
    private volatile long attendedNanos;

    /** Epochs that hold a link here, also of endpoints that no image has shown yet. */
    private final TreeMap<EndpointKey, Long> linked = new TreeMap<>();

    /**
     * Epochs whose last link here failed, the oldest first: the image that shows the endpoint may
     * come after its loss, with marks of others who have not noticed yet.
     */
    private final LinkedHashMap<EndpointKey, Long> lost = new LinkedHashMap<>();

    /** Of the first image: what was admitted later dials here for the first time. */
    private long firstRevision = -1;

    private long startNanos;

    /** When somebody's time to dial ends, of all who have one the first. */
    private volatile long graceEndNanos = Long.MAX_VALUE;

    Reaches(GatewaySettings settings) {
        self = settings.name();
        graceNanos = settings.grace().toNanos();
    }

    /** An image was taken in. */
    void image(ClusterImage image) {
        if (firstRevision < 0) {
            firstRevision = image.revision();
        }
    }

    void linked(EndpointKey key, long epoch) {
        linked.put(key, epoch);
        lost.remove(key);
    }

    /**
     * The last link of an incarnation is over.
     *
     * @param released whether it gave the link up
     */
    void unlinked(EndpointKey key, long epoch, boolean released) {
        linked.remove(key, epoch);
        if (!released) {
            lost.putLast(key, epoch);
            if (lost.size() > MOST_LOST) {
                lost.pollFirstEntry();
            }
        }
    }

    /**
     * An incarnation that this gateway hears of first. One that it knew before its start has some
     * time to dial again, once: a link that is lost later is lost.
     */
    Reach newcomer(EndpointImage endpoint) {
        Reach reach = new Reach(self);
        Long gone = lost.get(endpoint.key());
        if (gone != null && gone == endpoint.epoch()) {
            reach.lost();
        } else if (endpoint.epoch() <= firstRevision && attendedNanos - startNanos < graceNanos) {
            reach.graceUntil(startNanos + graceNanos);
        }
        return reach;
    }

    /** A change may say something else of its marks; both images are of one epoch. */
    void marks(Reach reach, EndpointImage before, EndpointImage after, ClusterImage image) {
        reach.marks(before, after, image, attendedNanos + graceNanos);
    }

    /**
     * Its last link here is over.
     *
     * @param released whether it gave the link up, as others reach it; their word may still be on
     *     its way
     */
    void lost(Reach reach, EndpointImage endpoint, boolean released) {
        if (released && !Tunnels.names(endpoint.spec().address().host())) {
            reach.graceUntil(attendedNanos + graceNanos);
        } else {
            reach.lost();
        }
    }

    /** Whether it is reached, and how. */
    Presence presence(Reach reach, EndpointImage endpoint) {
        Long epoch = linked.get(endpoint.key());
        Presence presence = reach.presence(endpoint, epoch != null && epoch == endpoint.epoch());
        if (presence == Presence.GRACE) {
            graceEndNanos = Math.min(graceEndNanos, reach.graceEndNanos());
        }
        return presence;
    }

    /** The gateway begins to serve: the time to dial again begins now, which is said of each. */
    void begin() {
        startNanos = attendedNanos;
        graceEndNanos = startNanos + graceNanos;
    }

    /** One that has time to dial has it from the beginning on. */
    void begins(Reach reach) {
        reach.graceUntil(startNanos + graceNanos);
    }

    /** Time goes on: whether somebody's time to dial may be up. One thread, any. */
    boolean due(long attended) {
        attendedNanos = attended;
        return attended >= graceEndNanos;
    }

    /** Whoever has time to dial is looked at next, and says when it ends. */
    void look() {
        graceEndNanos = Long.MAX_VALUE;
    }
}
