package io.evenkeel.agent.core;

import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostUse;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A host's hold on its key {@code alive} (requirement C1), under a lease that is renewed three
 * times in its time. A key of the same boot of the same machine was a former run's, and is taken
 * over at once; any other is another machine's that was given the same name, and is left alone
 * until it is free. A lost lease is replaced, a lost key is taken again.
 *
 * <p>The key says "ask" when it goes, no more: nothing is stopped here when it can't be held.
 *
 * <p>Pure and single-threaded: times come in as monotonic nanoseconds.
 */
public final class AliveKey {
    private final String key;
    private final String useKey;
    private final String seenKey;
    private final Duration ttl;
    private final HostRecord record;

    /** 0: none. */
    private long leaseId;

    private long renewAt;

    /** Revision of our write of the key; 0: not held. */
    private long heldAt;

    /** Of a former run, to be replaced; 0: the key has to be absent. */
    private long replaces;

    private long pausedUntil;

    /** When the newest renewal was asked for. */
    private long renewedAt;

    private long goodUntil;
    private Optional<String> other = Optional.empty();

    /** What stays of a taking of the key; what counts is the revision. */
    private record Seen(String boot) {}

    /**
     * A host that holds nothing yet.
     *
     * @param ttl of the lease, at least a second: how long a dead host is taken to live
     * @param record what is said of it
     */
    public AliveKey(HostKey host, Duration ttl, HostRecord record, long nowNanos) {
        this.key = Keys.hostAlive(host);
        this.useKey = Keys.hostUse(host);
        this.seenKey = Keys.hostSeen(host);
        this.ttl = ttl;
        this.record = record;
        this.renewAt = nowNanos;
        this.renewedAt = nowNanos;
        this.goodUntil = nowNanos;
        this.pausedUntil = nowNanos;
    }

    /** What is to be done now. */
    public AliveAction next(long nowNanos) {
        if (nowNanos - pausedUntil < 0) {
            return new AliveAction.Await(pausedUntil);
        }
        if (leaseId == 0) {
            return new AliveAction.Grant(ttl);
        }
        if (nowNanos - renewAt >= 0) {
            return new AliveAction.KeepAlive(leaseId);
        }
        if (heldAt == 0) {
            return new AliveAction.Claim(
                    Txn.when(Compare.modRevision(key, replaces))
                            .then(
                                    Op.putLeased(key, Value.of(Stored.write(record)), leaseId),
                                    Op.put(
                                            seenKey,
                                            Value.of(Stored.write(new Seen(record.boot())))))
                            .otherwise(RangeQuery.key(key))
                            .build());
        }
        return new AliveAction.Await(renewAt);
    }

    /**
     * The lease was granted, renewed, or not.
     *
     * @param sentNanos when it was asked for
     */
    public void leased(long sentNanos, long nowNanos, LeaseOutcome outcome) {
        switch (outcome) {
            case LeaseOutcome.Held(long id, Duration _) -> {
                if (id != leaseId) {
                    leaseId = id;
                    heldAt = 0;
                }
                renewAt = sentNanos + ttl.toNanos() / 3;
                renewedAt = sentNanos;
                stretch();
            }
            case LeaseOutcome.Gone _ -> loseLease();
            default -> pause(nowNanos, ttl.toNanos() / 10);
        }
    }

    /** The key was claimed, or not. */
    public void claimed(long nowNanos, TxnOutcome outcome) {
        switch (outcome) {
            case TxnOutcome.Committed(long revision, var _) -> hold(revision);
            case TxnOutcome.Refused(long _, List<RangeResult.Range> reads) -> {
                List<Entry> held = reads.getFirst().entries();
                if (held.isEmpty()) {
                    replaces = 0;
                } else {
                    found(nowNanos, held.getFirst());
                }
            }
            default -> failed(nowNanos, outcome);
        }
    }

    private void found(long nowNanos, Entry entry) {
        HostRecord holder =
                Stored.read(entry.value().toBytes(), HostRecord.class)
                                instanceof Bound.Good<HostRecord>(HostRecord good)
                        ? good
                        : null;
        if (entry.leaseId() == leaseId) {
            // Written by a try of which nobody knew the outcome.
            hold(entry.modRevision());
        } else if (holder != null && holder.boot().equals(record.boot())) {
            replaces = entry.modRevision();
        } else {
            other = Optional.of(entry.value().text());
            pause(nowNanos, ttl.toNanos() / 3);
        }
    }

    /**
     * Says what is in use, under the same lease; empty while the key is not held. The outcome goes
     * to {@link #told}.
     */
    public Optional<Txn> tell(HostUse use) {
        return heldAt == 0
                ? Optional.empty()
                : Optional.of(
                        Txn.when(Compare.modRevision(key, heldAt))
                                .then(Op.putLeased(useKey, Value.of(Stored.write(use)), leaseId))
                                .build());
    }

    /** It was said, or not; whether it is in the store. */
    public boolean told(long nowNanos, TxnOutcome outcome) {
        switch (outcome) {
            case TxnOutcome.Committed _ -> {
                return true;
            }
            // The lease lives, but somebody has taken the key away.
            case TxnOutcome.Refused _ -> heldAt = 0;
            default -> failed(nowNanos, outcome);
        }
        return false;
    }

    /** Whether the key is held, as far as this host can know. */
    public boolean held() {
        return heldAt != 0;
    }

    /**
     * Until when the store keeps the key without hearing from this host again, monotonic
     * nanoseconds; of the last time that it was held, else the beginning.
     */
    public long goodUntil() {
        return goodUntil;
    }

    /** What holds the key in this host's place, as its value says; empty if nothing is known to. */
    public Optional<String> other() {
        return other;
    }

    /** The lease held, to be revoked by who ends; 0 if there is none. */
    public long leaseId() {
        return leaseId;
    }

    private void hold(long revision) {
        heldAt = revision;
        replaces = 0;
        other = Optional.empty();
        stretch();
    }

    private void stretch() {
        if (heldAt != 0) {
            goodUntil = renewedAt + ttl.toNanos();
        }
    }

    private void failed(long nowNanos, TxnOutcome outcome) {
        if (outcome instanceof Rejected rejected && rejected.code() == Rejected.Code.NO_LEASE) {
            loseLease();
        } else {
            pause(nowNanos, ttl.toNanos() / 10);
        }
    }

    private void loseLease() {
        leaseId = 0;
        heldAt = 0;
    }

    private void pause(long nowNanos, long nanos) {
        pausedUntil = nowNanos + nanos;
    }
}
