package io.evenkeel.kernel.election;

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
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One candidate's side of an election: whoever creates the lock, under a lease, leads until the
 * lock is gone. A candidate that can't renew its lease stops leading, by its own clock, before the
 * store can have let the lease end: a lease is counted from when its renewal was <em>sent</em>, and
 * a fifth of it is given away for clocks that run at different speeds. What it has on its way by
 * then, and what it writes when its clock is wrong beyond that, the {@link Term} in every txn keeps
 * from taking effect.
 *
 * <p>An outcome that nobody knows is asked for by claiming again: a lock under the own lease is
 * one's own. A candidate whose lease lived through a silence leads on under the same term.
 *
 * <p>Pure and single-threaded: times come in as monotonic nanoseconds.
 */
public final class Election {
    private final String lock;
    private final Duration ttl;
    private final Value claim;

    /** 0: none. */
    private long leaseId;

    /** Until when the lease surely lives. */
    private long leasedUntil;

    private long renewAt;

    /** 0: not ours. */
    private long term;

    /** Not before then, after a failure. */
    private long pausedUntil;

    /** Nothing is said of the lock for so long; then it is asked for. */
    private long claimAt;

    private boolean free = true;

    /**
     * A candidate that has not begun.
     *
     * @param lock the key of the lock
     * @param ttl of the lease, at least a second: how long a dead leader is waited for
     * @param claim what is written into the lock
     */
    public Election(String lock, Duration ttl, Value claim, long nowNanos) {
        this.lock = lock;
        this.ttl = ttl;
        this.claim = claim;
        this.leasedUntil = nowNanos;
        this.renewAt = nowNanos;
        this.pausedUntil = nowNanos;
        this.claimAt = nowNanos;
    }

    /** What is to be done now. */
    public ElectionAction next(long nowNanos) {
        if (nowNanos - pausedUntil < 0) {
            return new ElectionAction.Await(pausedUntil);
        }
        if (leaseId == 0) {
            return new ElectionAction.Grant(ttl);
        }
        if (nowNanos - renewAt >= 0) {
            return new ElectionAction.KeepAlive(leaseId);
        }
        if (term == 0 && (free || nowNanos - claimAt >= 0)) {
            return new ElectionAction.Claim(
                    Txn.when(Compare.absent(lock))
                            .then(Op.putLeased(lock, claim, leaseId))
                            .otherwise(RangeQuery.key(lock))
                            .build());
        }
        long look = term == 0 && claimAt - renewAt < 0 ? claimAt : renewAt;
        return new ElectionAction.Await(look);
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
                    term = 0;
                    free = true;
                }
                leasedUntil = sentNanos + ttl.toNanos() * 4 / 5;
                renewAt = sentNanos + ttl.toNanos() / 3;
            }
            case LeaseOutcome.Gone _ -> loseLease();
            default -> pause(nowNanos);
        }
    }

    /** The lock was claimed, or not. */
    public void claimed(long nowNanos, TxnOutcome outcome) {
        free = false;
        claimAt = nowNanos + ttl.toNanos();
        switch (outcome) {
            case TxnOutcome.Committed(long revision, var _) -> term = revision;
            case TxnOutcome.Refused(long _, List<RangeResult.Range> reads) -> {
                List<Entry> held = reads.getFirst().entries();
                if (held.isEmpty()) {
                    free = true;
                } else if (held.getFirst().leaseId() == leaseId) {
                    term = held.getFirst().createRevision();
                }
            }
            case Rejected(Rejected.Code code, String _) when code == Rejected.Code.NO_LEASE ->
                    loseLease();
            default -> {
                free = true;
                pause(nowNanos);
            }
        }
    }

    /** The lock is said to have been deleted at this revision; may come late, or twice. */
    public void lockDeleted(long revision) {
        free = true;
        if (term != 0 && revision > term) {
            // Somebody took it away: an operator, or the store with a lease that we believe in.
            loseLease();
        }
    }

    /** The term that this candidate leads under, as far as it can know; empty if it doesn't. */
    public Optional<Term> term(long nowNanos) {
        return term != 0 && nowNanos - leasedUntil < 0
                ? Optional.of(new Term(lock, term))
                : Optional.empty();
    }

    /** When {@link #term} ends unless the lease is renewed; has no meaning without a term. */
    public long leadsUntilNanos() {
        return leasedUntil;
    }

    /** The lease held, to be revoked by who gives up; 0 if there is none. */
    public long leaseId() {
        return leaseId;
    }

    private void loseLease() {
        leaseId = 0;
        term = 0;
        free = true;
    }

    private void pause(long nowNanos) {
        pausedUntil = nowNanos + ttl.toNanos() / 10;
    }
}
