package io.evenkeel.link;

import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one endpoint registered at all gateways: dials those it is given and those they tell of,
 * beats, reports, and dials again with growing, jittered waits when a link is lost. Thread-safe.
 *
 * <pre>{@code
 * try (Link link = Link.register(LinkConfig.of("shop", "10.0.0.5:8080").build())) {
 *     serve();
 *     link.drain(Duration.ofSeconds(30));
 * }
 * }</pre>
 */
public final class Link implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Link.class.getName());

    /** How a drain ended: what still ran at the deadline, over all gateways that answered. */
    public record Drained(boolean complete, long outstanding) {}

    private final LinkDriver driver;
    private final LinkListener listener;
    private final LinkConfig config;
    private final @Nullable ForwardPool forwards;
    private final CountDownLatch firstRegistered = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    // Of the driver's thread.
    private final Map<String, GatewayLinks> gateways = new LinkedHashMap<>();
    private final Set<GatewayLinks> undrained = new LinkedHashSet<>();
    private @Nullable CompletableFuture<Drained> drained;
    private long outstanding;
    private boolean closing;

    private volatile Registration registration;
    private volatile @Nullable Refusal refusal;
    private volatile int links;

    private Link(LinkConfig config, LinkDriver driver) {
        this.config = config;
        this.driver = driver;
        this.listener = config.listener();
        this.registration = config.registration();
        String forward = config.forward();
        forwards = forward == null ? null : new ForwardPool(driver, LinkDriver.local(forward));
    }

    /** Begins to register, on the driver that all links share; does not wait. */
    public static Link register(LinkConfig config) {
        return register(config, LinkDriver.shared());
    }

    /** Begins to register on a driver; does not wait. */
    public static Link register(LinkConfig config, LinkDriver driver) {
        Link link = new Link(config, driver);
        driver.execute(() -> {
            for (String gateway : config.gateways()) {
                link.dial(gateway);
            }
        });
        return link;
    }

    /** Waits until a gateway has admitted the endpoint once; false if none did in this time. */
    public boolean awaitRegistered(Duration most) throws InterruptedException {
        return firstRegistered.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Gateways at which the endpoint is registered now. */
    public int links() {
        return links;
    }

    /** The last refusal, or null if there was none since the last admission. */
    public @Nullable Refusal refusal() {
        return refusal;
    }

    /** The endpoint's id. */
    public String endpoint() {
        return registration.endpointId();
    }

    /** Waits until nothing more can come of it: closed, or refused for good by every gateway. */
    public boolean awaitOver(Duration most) throws InterruptedException {
        return over.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Registers with another weight, capacity, labels or credential, on the links that stand. */
    public void renew(Registration changed) {
        if (!changed.sameIncarnation(registration)) {
            throw new IllegalArgumentException(
                    "registration: "
                            + changed
                            + " (expected: the identity of "
                            + registration
                            + ")");
        }
        registration = changed;
        driver.execute(() -> {
            for (GatewayLinks gateway : gateways.values()) {
                gateway.renew(changed);
            }
        });
    }

    /**
     * Asks every gateway to send no more requests, and waits until none has one running, or the
     * deadline passed. The endpoint stays registered; {@link #close} is next.
     */
    public Drained drain(Duration deadline) throws InterruptedException {
        try {
            // Gateways answer at the deadline; what is lost on the way must not hold us much
            // longer.
            return beginDrain(deadline).get(deadline.toMillis() + 1_000, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException unanswered) {
            return new Drained(false, 0);
        }
    }

    /** As {@link #drain} without waiting; completes on the driver's thread. */
    public CompletableFuture<Drained> beginDrain(Duration deadline) {
        CompletableFuture<Drained> done = new CompletableFuture<>();
        driver.execute(() -> beginDrain(done, deadline.toMillis()));
        return done;
    }

    private void beginDrain(CompletableFuture<Drained> done, long deadlineMillis) {
        outstanding = 0;
        undrained.clear();
        drained = done;
        for (GatewayLinks gateway : List.copyOf(gateways.values())) {
            if (gateway.told()) {
                undrained.add(gateway);
                gateway.drain(deadlineMillis, "the backend leaves");
            } else {
                // To register now would invite the requests that the drain is to end.
                gateway.leave("the backend leaves");
            }
        }
        checkDrained();
    }

    /**
     * Says goodbye to every gateway, waits at most a second for them to hear it, and ends.
     * Idempotent.
     */
    @Override
    public void close() {
        leave();
        try {
            boolean ignored = over.await(1_500, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** As {@link #close} without waiting; {@link #awaitOver} does that. */
    public void leave() {
        driver.execute(() -> {
            closing = true;
            for (GatewayLinks gateway : List.copyOf(gateways.values())) {
                gateway.leave("the backend leaves");
            }
            checkOver();
        });
    }

    // From here on: the driver's thread.

    Registration registration() {
        return registration;
    }

    /** Where requests of tunnels go; null: the endpoint is addressed. */
    @Nullable ForwardPool forwards() {
        return forwards;
    }

    private void dial(String address) {
        if (closing || gateways.containsKey(address)) {
            return;
        }
        GatewayLinks gateway = new GatewayLinks(driver, this, address);
        gateways.put(address, gateway);
        gateway.dial();
    }

    void registered(GatewayLinks gateway, LinkMessage.Registered registered) {
        refusal = null;
        countLinks();
        firstRegistered.countDown();
        LOG.log(
                System.Logger.Level.DEBUG,
                "registered at {0} as {1}",
                gateway.gateway(),
                registered.endpoint());
        listener.registered(gateway.gateway(), registered.endpoint(), registered.epoch());
    }

    /** Dials gateways learnt, drops those that nobody names any more. */
    void peersTold() {
        if (closing || drained != null) {
            return;
        }
        Set<String> named = new LinkedHashSet<>(config.gateways());
        Set<String> selves = new LinkedHashSet<>();
        for (GatewayLinks gateway : gateways.values()) {
            List<String> known = gateway.knownPeers();
            if (!known.isEmpty()) {
                // The first is the gateway itself, however it was dialled.
                selves.add(known.get(0));
                named.addAll(known);
            }
        }
        for (String address : List.copyOf(named)) {
            if (!selves.contains(address)) {
                dial(address);
            }
        }
        for (GatewayLinks gateway : List.copyOf(gateways.values())) {
            if (!named.contains(gateway.gateway()) && !gateway.linked()) {
                gateway.leave("not a gateway any more");
                gateways.remove(gateway.gateway());
            }
        }
    }

    void refused(GatewayLinks gateway, Refusal why) {
        refusal = why;
        LOG.log(
                why.permanent() ? System.Logger.Level.ERROR : System.Logger.Level.WARNING,
                "gateway {0} refused {1}: {2}",
                gateway.gateway(),
                registration,
                why);
        listener.refused(gateway.gateway(), why);
    }

    void lost(GatewayLinks gateway, String why) {
        LOG.log(System.Logger.Level.DEBUG, "link to {0} lost: {1}", gateway.gateway(), why);
        listener.lost(gateway.gateway(), why);
    }

    void drain(GatewayLinks gateway, LinkMessage.Drain drain) {
        if (drain.cancel()) {
            listener.drainEnded(gateway.gateway());
        } else {
            listener.drainBegan(gateway.gateway(), drain.deadlineMillis(), drain.reason());
        }
    }

    void drained(GatewayLinks gateway, long left) {
        if (undrained.remove(gateway)) {
            outstanding += left;
            checkDrained();
        }
    }

    void operatorDrained(GatewayLinks gateway, long left) {
        listener.drainComplete(gateway.gateway(), left);
    }

    LinkMessage.@Nullable Report load() {
        Supplier<LinkMessage.Report> load = config.load();
        return load == null ? null : load.get();
    }

    /** A connection is gone. */
    void changed(GatewayLinks gateway) {
        countLinks();
        if (!gateway.told() && undrained.remove(gateway)) {
            checkDrained();
        }
        checkOver();
    }

    private void checkDrained() {
        CompletableFuture<Drained> done = drained;
        if (done != null && undrained.isEmpty()) {
            done.complete(new Drained(outstanding == 0, outstanding));
        }
    }

    private void checkOver() {
        List<GatewayLinks> living = new ArrayList<>();
        for (GatewayLinks gateway : gateways.values()) {
            if (!gateway.over()) {
                living.add(gateway);
            }
        }
        if (living.isEmpty() && !gateways.isEmpty()) {
            if (forwards != null) {
                forwards.close();
            }
            over.countDown();
        }
    }

    private void countLinks() {
        int count = 0;
        for (GatewayLinks gateway : gateways.values()) {
            if (gateway.linked()) {
                count++;
            }
        }
        links = count;
    }
}
