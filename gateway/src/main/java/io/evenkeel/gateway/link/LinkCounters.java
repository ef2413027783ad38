package io.evenkeel.gateway.link;

import io.evenkeel.wire.link.LinkError;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts over all loops. Thread-safe. */
final class LinkCounters {
    private final AtomicInteger handshakes = new AtomicInteger();
    private final AtomicInteger links = new AtomicInteger();
    private final AtomicInteger further = new AtomicInteger();
    private final LongAdder accepted = new LongAdder();
    private final Map<LinkError, LongAdder> refused = adders(LinkError.class);
    private final Map<LinkLoss, LongAdder> closed = adders(LinkLoss.class);
    private final LongAdder backendDrains = new LongAdder();
    private final LongAdder operatorDrains = new LongAdder();

    private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> of) {
        EnumMap<E, LongAdder> adders = new EnumMap<>(of);
        for (E constant : of.getEnumConstants()) {
            adders.put(constant, new LongAdder());
        }
        return adders;
    }

    private static <E extends Enum<E>> void count(Map<E, LongAdder> adders, E constant) {
        Objects.requireNonNull(adders.get(constant)).increment();
    }

    void handshakeBegan() {
        handshakes.incrementAndGet();
    }

    void handshakeEnded() {
        handshakes.decrementAndGet();
    }

    /**
     * @param more whether it is but a further tunnel of a link
     */
    void linked(boolean more) {
        if (more) {
            further.incrementAndGet();
        } else {
            accepted.increment();
            links.incrementAndGet();
        }
    }

    void unlinked(boolean more) {
        (more ? further : links).decrementAndGet();
    }

    void refused(LinkError error) {
        count(refused, error);
    }

    void lost(LinkLoss loss) {
        count(closed, loss);
    }

    void backendDrains() {
        backendDrains.increment();
    }

    void operatorDrains() {
        operatorDrains.increment();
    }

    int handshakes() {
        return handshakes.get();
    }

    /** Links and further tunnels. */
    int open() {
        return links.get() + further.get();
    }

    LinkStats stats(int endpoints) {
        return new LinkStats(
                endpoints,
                links.get(),
                further.get(),
                handshakes.get(),
                accepted.sum(),
                sums(LinkError.class, refused),
                sums(LinkLoss.class, closed),
                backendDrains.sum(),
                operatorDrains.sum());
    }

    private static <E extends Enum<E>> Map<E, Long> sums(Class<E> of, Map<E, LongAdder> adders) {
        EnumMap<E, Long> sums = new EnumMap<>(of);
        adders.forEach((constant, adder) -> sums.put(constant, adder.sum()));
        return sums;
    }
}
