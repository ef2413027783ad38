package io.evenkeel.simulation.cluster;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.ImageBuilder;
import io.evenkeel.kernel.image.PresenceMark;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.simulation.invariant.BrokenPromise;
import io.evenkeel.simulation.time.EventQueue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What every revision of the store looked like as an image: no gateway may see another. */
final class ImageFacts {
    static final String WHOLE = "an image is the store at one revision";

    private final EventQueue queue;
    private final ImageBuilder images = new ImageBuilder();

    /** Looked up only. */
    private final Map<Long, Long> digests = new HashMap<>();

    ImageFacts(EventQueue queue, StoreState store) {
        this.queue = queue;
        reread(store);
    }

    /** The store is another one. */
    void reread(StoreState store) {
        digests.keySet().removeIf(revision -> revision > store.revision());
        note(images.load(List.copyOf(store.entries()), store.revision()).after());
    }

    void committed(WatchBatch batch) {
        note(images.apply(batch).after());
    }

    private void note(ClusterImage image) {
        digests.put(image.revision(), digest(image));
    }

    /** The store as it is. */
    ClusterImage image() {
        return images.image();
    }

    /** A gateway goes by this image. */
    void seen(String gateway, ClusterImage image) {
        Long right = digests.get(image.revision());
        if (right == null || right != digest(image)) {
            throw new BrokenPromise(
                    WHOLE,
                    queue.nowNanos(),
                    gateway
                            + " at revision "
                            + image.revision()
                            + " of "
                            + images.image().revision()
                            + ": "
                            + image.endpoints().values());
        }
    }

    private static long digest(ClusterImage image) {
        long[] hash = {1};
        image.endpoints()
                .forEach((key, endpoint) -> {
                    hash[0] = 31 * hash[0] + key.name().hashCode();
                    hash[0] = 31 * hash[0] + endpoint.epoch();
                    hash[0] = 31 * hash[0] + endpoint.adminState().name().hashCode();
                    hash[0] = 31 * hash[0] + endpoint.suspectedHost().hashCode();
                    for (PresenceMark mark : endpoint.marks()) {
                        hash[0] = 31 * hash[0] + mark.gateway().hashCode();
                        hash[0] = 31 * hash[0] + mark.epoch();
                    }
                });
        image.gateways()
                .forEach((id, gateway) -> {
                    hash[0] = 31 * hash[0] + id.hashCode();
                    hash[0] = 31 * hash[0] + gateway.revision();
                });
        image.statuses().forEach((key, status) -> hash[0] = 31 * hash[0] + status.revision());
        return hash[0];
    }
}
