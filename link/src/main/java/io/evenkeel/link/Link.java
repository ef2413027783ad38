package io.evenkeel.link;

import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.Registration;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one endpoint registered at all gateways, or as many as {@link LinkConfig#mostGateways}:
 * dials those it is given and those they tell of, beats, reports, and dials again with growing,
 * jittered waits when a link is lost. Thread-safe.
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
    private final GatewayChoice choice;
    private final LinkDriver.Task look = new Look();
    private boolean lookAsked;
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
        choice =
                new GatewayChoice(
                        registration.tenant() + "/" + registration.endpointId(),
                        config.gateways(),
                        config.mostGateways());
        forwards = forward == null ? null : new ForwardPool(driver, LinkDriver.local(forward));
    }

    /** Begins to register, on the driver that all links share; does not wait. */
    public static Link register(LinkConfig config) {
        return register(config, LinkDriver.shared());
    }

    /** Begins to register on a driver; does not wait. */
    public static Link register(LinkConfig config, LinkDriver driver) {
        Link link = new Link(config, driver);
        driver.execute(link::plan);
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

    /** Asks again which gateways to be linked with when an avoided one may be tried again. */
    private final class Look extends LinkDriver.Task {
        @Override
        void ready(SelectionKey key) {}

        @Override
        void time(long now) {
            plan();
        }
    }

    /** Plans anew, soon: not from within what a link says. */
    private void planSoon() {
        if (!lookAsked) {
            lookAsked = true;
            driver.execute(this::plan);
        }
    }

    /** Dials, and ends, what the choice of gateways wants. */
    private void plan() {
        lookAsked = false;
        if (!closing && drained == null) {
            gateways.values().removeIf(GatewayLinks::released);
            List<GatewayChoice.Held> held = new ArrayList<>();
            gateways.forEach((address, gateway) ->
                    held.add(new GatewayChoice.Held(address, gateway.standing())));
            GatewayChoice.Plan plan = choice.plan(System.nanoTime(), held);
            plan.drop().forEach(address -> held(address).quit());
            plan.drop().forEach(gateways::remove);
            plan.release().forEach(address -> held(address).release());
            plan.dial()
                    .forEach(address ->
                            gateways.put(address, new GatewayLinks(driver, this, address)));
            countLinks();
            // The first of all at once: who starts has no service yet.
            boolean starts = firstRegistered.getCount() > 0;
            long most = starts ? 0 : GatewayChoice.waitNanos(links);
            gateways.values().forEach(gateway -> gateway.dialWithin(most));
            driver.wake(look, choice.nextLook());
        }
        checkOver();
    }

    private GatewayLinks held(String address) {
        return Objects.requireNonNull(gateways.get(address));
    }

    void registered(GatewayLinks gateway, LinkMessage.Registered registered) {
        refusal = null;
        choice.stood(gateway.gateway());
        countLinks();
        firstRegistered.countDown();
        LOG.log(
                System.Logger.Level.DEBUG,
                "registered at {0} as {1}",
                gateway.gateway(),
                registered.endpoint());
        listener.registered(gateway.gateway(), registered.endpoint(), registered.epoch());
    }

    void peersTold(GatewayLinks gateway, List<String> peers) {
        choice.told(gateway.gateway(), peers);
        planSoon();
    }

    void refused(GatewayLinks gateway, Refusal why) {
        refusal = why;
        failed(gateway);
        LOG.log(
                why.permanent() ? System.Logger.Level.ERROR : System.Logger.Level.WARNING,
                "gateway {0} refused {1}: {2}",
                gateway.gateway(),
                registration,
                why);
        listener.refused(gateway.gateway(), why);
    }

    void lost(GatewayLinks gateway, String why) {
        failed(gateway);
        LOG.log(System.Logger.Level.DEBUG, "link to {0} lost: {1}", gateway.gateway(), why);
        listener.lost(gateway.gateway(), why);
    }

    /** The gateway may take a link for lost that was released here, or never stood. */
    void inDoubt(GatewayLinks gateway) {
        choice.lost(gateway.gateway());
        planSoon();
    }

    private void failed(GatewayLinks gateway) {
        if (!gateway.stood()) {
            choice.failed(gateway.gateway(), System.nanoTime());
        } else if (!gateway.givenUp()) {
            choice.lost(gateway.gateway());
        }
        planSoon();
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
        // The plan may know others when these are over.
        planSoon();
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
