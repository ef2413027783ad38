package io.evenkeel.kernel.registry;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.GatewayImage;
import io.evenkeel.kernel.image.GatewayRecord;
import io.evenkeel.kernel.image.ImageChange;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.PresenceMark;
import io.evenkeel.kernel.image.PresenceRecord;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One gateway's presence in the store (DESIGN "Presence"): a table of whom it reaches, and what
 * brings the store in line with it, as many keys in a txn as fit, all under one lease. With a
 * {@linkplain #announce record} the gateway first takes the key by which others know that it lives,
 * under the same lease: it and the marks end at one revision. One that was killed and started again
 * waits until the lease of its former life is over; of two with one id the second waits for ever.
 *
 * <p>A level, not an edge: what images say of its own marks is compared with the table. A write
 * that arrives long after it was given up, and a store that was restored from an older backup while
 * the lease lives on, would otherwise leave a mark that nobody holds, or none where there should
 * be.
 *
 * <p>Pure and single-threaded: times come in as monotonic nanoseconds, one action is under way at a
 * time. Soft state: the table; it is the gateway's links, and ends with them.
 */
public final class PresenceLoop {
    /** After a call that came to nothing. */
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final String gateway;
    private final Duration ttl;
    private final TreeMap<EndpointKey, PresenceRecord> present = new TreeMap<>();

    /** Whose key in the store is not known to be in line with the table. */
    private final TreeSet<EndpointKey> unwritten = new TreeSet<>();

    /** Whose key is being written. */
    private final List<EndpointKey> underWay = new ArrayList<>();

    /**
     * Who gave its link up and is not marked by others yet; until when its mark is kept, the first
     * to end first.
     */
    private final LinkedHashMap<EndpointKey, Long> givenUp = new LinkedHashMap<>();

    private ClusterImage image = ClusterImage.EMPTY;
    private @Nullable GatewayRecord record;
    private @Nullable Entry holder;
    private boolean claims;

    /** The lease under which the gateway's key was taken, 0: it is not held. */
    private long heldUnder;

    /** 0: none. */
    private long leaseId;

    private long renewAtNanos;

    /** Not before then, after a failure. */
    private long pausedUntil;

    /**
     * Nobody is reached yet.
     *
     * @param gateway the gateway's id
     * @param ttl of the lease, at least a second: how long a dead gateway is taken for alive
     */
    public PresenceLoop(String gateway, Duration ttl, long nowNanos) {
        this.gateway = gateway;
        this.ttl = ttl;
        this.renewAtNanos = nowNanos;
        this.pausedUntil = nowNanos;
    }

    /** What the gateway says of itself; nobody's presence is written before others can read it. */
    public void announce(GatewayRecord of) {
        record = of;
        heldUnder = 0;
    }

    /**
     * This incarnation is reached.
     *
     * @param atMillis wall clock
     * @return whether there is something to write now
     */
    public boolean present(EndpointKey endpoint, long epoch, long atMillis) {
        givenUp.remove(endpoint);
        PresenceRecord known = present.get(endpoint);
        if (known != null && known.epoch() >= epoch) {
            return false;
        }
        present.put(endpoint, new PresenceRecord(epoch, atMillis));
        return unwritten.add(endpoint);
    }

    /** It no longer is, nor one before it; returns whether there is something to write now. */
    public boolean absent(EndpointKey endpoint, long epoch) {
        PresenceRecord known = present.get(endpoint);
        if (known == null || known.epoch() > epoch) {
            return false;
        }
        givenUp.remove(endpoint);
        present.remove(endpoint);
        return unwritten.add(endpoint);
    }

    /**
     * It has given its link up, as it is linked with others: its mark goes when theirs is seen, or
     * when a dead gateway's would. Until then nobody would mark one that everybody can reach.
     *
     * @return whether there is something to do now
     */
    public boolean released(EndpointKey endpoint, long epoch, long nowNanos) {
        PresenceRecord known = present.get(endpoint);
        if (known == null || known.epoch() != epoch || isMarkedElsewhere(endpoint)) {
            return absent(endpoint, epoch);
        }
        givenUp.putLast(endpoint, nowNanos + ttl.toNanos());
        return true;
    }

    /** Whether another gateway marks the incarnation that this one marks, or one after it. */
    private boolean isMarkedElsewhere(EndpointKey endpoint) {
        EndpointImage seen = image.endpoints().get(endpoint);
        PresenceRecord own = present.get(endpoint);
        return seen != null
                && own != null
                && seen.marks().stream()
                        .anyMatch(mark ->
                                mark.epoch() >= own.epoch() && !mark.gateway().equals(gateway));
    }

    private void endGivenUp(EndpointKey endpoint) {
        givenUp.remove(endpoint);
        PresenceRecord known = present.get(endpoint);
        if (known != null) {
            var _ = absent(endpoint, known.epoch());
        }
    }

    /**
     * Compares what an image says of this gateway with the table. An image that lags costs a write
     * that changes nothing.
     *
     * @return whether there is something to write now
     */
    public boolean observe(ImageDelta delta) {
        image = delta.after();
        boolean work = false;
        for (ImageChange<EndpointKey, EndpointImage> change : delta.endpoints()) {
            if (givenUp.containsKey(change.key()) && isMarkedElsewhere(change.key())) {
                endGivenUp(change.key());
                work = true;
            }
        }
        if (record == null || leaseId == 0 || heldUnder != leaseId) {
            // Marks that are not under this lease end with theirs.
            return work;
        }
        for (ImageChange<EndpointKey, EndpointImage> change : delta.endpoints()) {
            Optional<Long> is = marked(change.after());
            PresenceRecord wanted = present.get(change.key());
            if (!is.equals(marked(change.before()))
                    && !is.equals(Optional.ofNullable(wanted).map(PresenceRecord::epoch))) {
                work |= unwritten.add(change.key());
            }
        }
        for (ImageChange<String, GatewayImage> change : delta.gateways()) {
            if (change.key().equals(gateway) && !isOwn(change.after())) {
                heldUnder = 0;
                work = true;
            }
        }
        return work;
    }

    private Optional<Long> marked(@Nullable EndpointImage endpoint) {
        if (endpoint != null) {
            for (PresenceMark mark : endpoint.marks()) {
                if (mark.gateway().equals(gateway)) {
                    return Optional.of(mark.epoch());
                }
            }
        }
        return Optional.empty();
    }

    private boolean isOwn(@Nullable GatewayImage image) {
        GatewayRecord own = record;
        return image != null && own != null && image.record().instance().equals(own.instance());
    }

    /** What is to be done now. */
    public PresenceAction next(long nowNanos) {
        Map.Entry<EndpointKey, Long> first = givenUp.firstEntry();
        while (first != null && nowNanos - first.getValue() >= 0) {
            endGivenUp(first.getKey());
            first = givenUp.firstEntry();
        }
        if (nowNanos - pausedUntil < 0) {
            return new PresenceAction.Await(pausedUntil);
        } else if (leaseId == 0) {
            return new PresenceAction.Grant(ttl);
        } else if (nowNanos - renewAtNanos >= 0) {
            return new PresenceAction.KeepAlive(leaseId);
        }
        GatewayRecord own = record;
        if (own != null && heldUnder != leaseId) {
            claims = true;
            return new PresenceAction.Commit(claim(own));
        } else if (unwritten.isEmpty()) {
            boolean renewsFirst = first == null || renewAtNanos - first.getValue() < 0;
            return new PresenceAction.Await(renewsFirst ? renewAtNanos : first.getValue());
        }
        return new PresenceAction.Commit(batch());
    }

    private Txn claim(GatewayRecord own) {
        String key = Keys.gateway(gateway);
        return Txn.when(Compare.absent(key))
                .then(Op.putLeased(key, Value.of(Stored.write(own)), leaseId))
                .otherwise(RangeQuery.key(key))
                .build();
    }

    private Txn batch() {
        List<Op> ops = new ArrayList<>();
        while (!unwritten.isEmpty() && ops.size() < StoreLimits.DEFAULT.opsPerTxn()) {
            EndpointKey endpoint = unwritten.removeFirst();
            underWay.add(endpoint);
            String key = Keys.presence(gateway, endpoint);
            PresenceRecord wanted = present.get(endpoint);
            ops.add(
                    wanted == null
                            ? Op.delete(key)
                            : Op.putLeased(key, Value.of(Stored.write(wanted)), leaseId));
        }
        return Txn.of(ops.toArray(Op[]::new));
    }

    /**
     * The lease was granted, renewed, or not.
     *
     * @param sentNanos when it was asked for
     */
    public void leased(long sentNanos, long nowNanos, LeaseOutcome outcome) {
        switch (outcome) {
            case LeaseOutcome.Held held -> {
                leaseId = held.leaseId();
                renewAtNanos = sentNanos + ttl.toNanos() / 3;
            }
            case LeaseOutcome.Gone _ -> loseLease();
            default -> pausedUntil = nowNanos + PAUSE.toNanos();
        }
    }

    /** The txn was committed, or not. */
    public void committed(long nowNanos, TxnOutcome outcome) {
        boolean claimed = claims;
        claims = false;
        boolean done = outcome instanceof TxnOutcome.Committed;
        if (outcome instanceof Rejected rejected && rejected.code() == Rejected.Code.NO_LEASE) {
            loseLease();
        } else if (claimed) {
            done |= outcome instanceof TxnOutcome.Refused(long _, var reads) && isOurs(reads);
            if (done) {
                heldUnder = leaseId;
                holder = null;
            }
        }
        if (!done) {
            unwritten.addAll(underWay);
            pausedUntil = nowNanos + PAUSE.toNanos();
        }
        underWay.clear();
    }

    /** Written by a try of which nobody knew the outcome; if not, notes who holds it. */
    private boolean isOurs(List<RangeResult.Range> reads) {
        for (Entry entry : reads.getFirst().entries()) {
            if (entry.leaseId() == leaseId) {
                return true;
            }
            holder = entry;
        }
        return false;
    }

    private void loseLease() {
        leaseId = 0;
        heldUnder = 0;
        unwritten.addAll(present.keySet());
    }

    /** The gateway's key as somebody else holds it, while that keeps this one from taking it. */
    public Optional<Entry> holder() {
        return Optional.ofNullable(holder);
    }

    /** Whether the others know of this gateway, as far as it can know. */
    public boolean isKnown() {
        return leaseId != 0 && heldUnder == leaseId;
    }

    /** The lease, 0 if there is none: to be revoked by who ends the gateway's presence. */
    public long leaseId() {
        return leaseId;
    }
}
