package io.evenkeel.control.registry;

import io.evenkeel.kernel.failover.Testimony;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.witness.HeardLinks;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.HostKey;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the store that a suspected host is heard by this gateway, for as long as it is. Whether
 * that holds a recovery back is for the leading control to say. One virtual thread; one host after
 * the other, so that however many are suspected at once, no more than one write is under way.
 */
final class LinkWitness implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinkWitness.class);

    /** As often as links beat, by default. */
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Store store;
    private final ImageFeed feed;
    private final RegistryConfig config;
    private final Function<EndpointKey, OptionalLong> lastHeard;
    private final HeardLinks links = new HeardLinks();
    private final Thread thread;

    /** Not started yet. */
    LinkWitness(
            Store store,
            ImageFeed feed,
            RegistryConfig config,
            Function<EndpointKey, OptionalLong> lastHeard) {
        this.store = store;
        this.feed = feed;
        this.config = config;
        this.lastHeard = lastHeard;
        this.thread = Thread.ofVirtual().name("link-witness").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(EVERY);
                links.look(feed.image(), lastHeard).forEach(this::tell);
            }
        } catch (InterruptedException e) {
            LOG.debug("what links say of hosts is told no longer");
        }
    }

    /** What is not written now is in a second, if it is still so. */
    private void tell(HostKey host, int backends) {
        Testimony said =
                new Testimony(
                        "gateway " + config.gateway(),
                        "heard "
                                + backends
                                + (backends == 1 ? " backend" : " backends")
                                + " on it");
        if (store.range(Testimony.about(host), config.storeDeadline())
                instanceof RangeResult.Range read) {
            said.of(host, read.entries())
                    .ifPresent(txn ->
                            LOG.debug(
                                    "host {}: {}: {}",
                                    host,
                                    said.detail(),
                                    store.txn(txn, config.storeDeadline())));
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
