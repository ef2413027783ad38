package io.evenkeel.gateway.link;

import java.util.EnumMap;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts over all loops. Thread-safe. */
final class LinkCounters {
    private final AtomicInteger handshakes = new AtomicInteger();
    private final AtomicInteger links = new AtomicInteger();
    private final EnumMap<LinkLoss, LongAdder> losses = new EnumMap<>(LinkLoss.class);
    private final LongAdder refusedAtDoor = new LongAdder();

    LinkCounters() {
        for (LinkLoss loss : LinkLoss.values()) {
            losses.put(loss, new LongAdder());
        }
    }

    void handshakeBegan() {
        handshakes.incrementAndGet();
    }

    void handshakeEnded() {
        handshakes.decrementAndGet();
    }

    void linked() {
        links.incrementAndGet();
    }

    void unlinked() {
        links.decrementAndGet();
    }

    void lost(LinkLoss loss) {
        Objects.requireNonNull(losses.get(loss)).increment();
    }

    void refusedAtDoor() {
        refusedAtDoor.increment();
    }

    int handshakes() {
        return handshakes.get();
    }

    int links() {
        return links.get();
    }

    LinkStats stats(int endpoints) {
        return new LinkStats(
                endpoints,
                links.get(),
                handshakes.get(),
                refusedAtDoor.sum(),
                losses(LinkLoss.LEFT),
                losses(LinkLoss.LOST),
                losses(LinkLoss.SILENT),
                losses(LinkLoss.REPLACED),
                losses(LinkLoss.CUT));
    }

    private long losses(LinkLoss loss) {
        return Objects.requireNonNull(losses.get(loss)).sum();
    }
}
