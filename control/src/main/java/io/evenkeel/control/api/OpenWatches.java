package io.evenkeel.control.api;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The watches that run, so that they end when the API does. Thread-safe. */
final class OpenWatches {
    private final Set<WatchFeed> feeds = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    void add(WatchFeed feed) {
        feeds.add(feed);
        if (closed) {
            feed.stop();
        }
    }

    void remove(WatchFeed feed) {
        feeds.remove(feed);
    }

    /** Ends all of them, and those that come. */
    void close() {
        closed = true;
        feeds.forEach(WatchFeed::stop);
    }
}
