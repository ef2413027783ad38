package io.evenkeel.control.api;

import io.evenkeel.kernel.image.ClusterImage;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Images that callers are paging through, so that all pages of a list show one revision. Images
 * share nearly everything with each other, so a few more cost little. Thread-safe.
 */
final class PagedImages {
    /** Images kept; the oldest goes first. */
    static final int CAPACITY = 32;

    private final Map<Long, ClusterImage> byRevision = new TreeMap<>();

    synchronized void keep(ClusterImage image) {
        byRevision.put(image.revision(), image);
        if (byRevision.size() > CAPACITY) {
            Iterator<Long> oldestFirst = byRevision.keySet().iterator();
            oldestFirst.next();
            oldestFirst.remove();
        }
    }

    synchronized Optional<ClusterImage> at(long revision) {
        return Optional.ofNullable(byRevision.get(revision));
    }
}
