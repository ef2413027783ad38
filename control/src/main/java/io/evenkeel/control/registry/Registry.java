package io.evenkeel.control.registry;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.GatewayRecord;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.registry.Admission;
import io.evenkeel.kernel.registry.Presence;
import io.evenkeel.kernel.registry.Refusal;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.StoreCopy;
import io.evenkeel.model.EndpointKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything that runs around a store for one gateway: the feed of images, admission and presence.
 * Thread-safe.
 */
public final class Registry implements AutoCloseable {
    private final ImageFeed feed;
    private final RegistryDriver admission;
    private final PresenceDriver presence;
    private final Store store;
    private final RegistryConfig config;
    private volatile @Nullable LinkWitness witness;

    private Registry(Store store, StoreCopy copy, RegistryConfig config, InstantSource clock) {
        this.store = store;
        this.config = config;
        this.feed = new ImageFeed(store, config.storeDeadline(), copy, config.copyAfter());
        this.admission = new RegistryDriver(store, feed, config, clock);
        this.presence = new PresenceDriver(store, config, clock);
    }

    /**
     * Starts on an open store, which stays the caller's to close, after this is closed.
     *
     * @param publishers get every image from the first on
     */
    public static Registry start(
            Store store, RegistryConfig config, List<? extends ImagePublisher> publishers) {
        return start(store, StoreCopy.NONE, config, publishers);
    }

    /**
     * The same with a copy of the store to start from while it does not answer; the copy stays the
     * caller's to close, after this is closed.
     */
    public static Registry start(
            Store store,
            StoreCopy copy,
            RegistryConfig config,
            List<? extends ImagePublisher> publishers) {
        Registry registry = new Registry(store, copy, config, InstantSource.system());
        publishers.forEach(registry.feed::subscribe);
        registry.feed.subscribe(registry.presence);
        registry.feed.start();
        registry.admission.start();
        registry.presence.start();
        return registry;
    }

    /**
     * Has the other gateways of the cluster know of this one, as soon as the store lets it; whom it
     * reaches is written only after that.
     */
    public void announce(GatewayRecord record) {
        presence.announce(record);
    }

    /**
     * Says of suspected hosts that backends on them are heard, from now on; at most once.
     *
     * @param lastHeard when an endpoint was last heard here, on any clock that goes on; empty if it
     *     has no link. Any thread
     */
    public void witness(Function<EndpointKey, OptionalLong> lastHeard) {
        LinkWitness started = new LinkWitness(store, feed, config, lastHeard);
        witness = started;
        started.start();
    }

    /**
     * Ends this gateway's presence as a whole, its key with all its marks: what is lost of links
     * afterwards is not said of each endpoint, which the others may go on reaching. Idempotent.
     */
    public void depart() {
        presence.close();
    }

    /** Where gateways ask for backends to be admitted. */
    public Admission admission() {
        return admission;
    }

    /** The last registrations that were refused, the latest first. */
    public List<Refusal> refusals() {
        return admission.refusals();
    }

    /** Where this gateway says whom it reaches. */
    public Presence presence() {
        return presence;
    }

    /** The feed, to subscribe to later or to wait for a revision. */
    public ImageFeed feed() {
        return feed;
    }

    /** The newest image. */
    public ClusterImage image() {
        return feed.image();
    }

    /** Waits until the store was read for the first time; false if it was not in time. */
    public boolean awaitReady(Duration patience) throws InterruptedException {
        return feed.awaitFirst(patience);
    }

    /** Stops; registrations that wait are answered UNAVAILABLE, and presence ends. Idempotent. */
    @Override
    public void close() {
        LinkWitness started = witness;
        if (started != null) {
            started.close();
        }
        admission.close();
        presence.close();
        feed.close();
    }
}
