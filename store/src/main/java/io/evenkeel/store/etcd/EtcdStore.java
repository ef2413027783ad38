package io.evenkeel.store.etcd;

import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.evenkeel.kernel.store.CompactOutcome;
import io.evenkeel.kernel.store.Compacted;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.TxnRules;
import io.evenkeel.kernel.store.Watch;
import io.evenkeel.kernel.store.WatchListener;
import io.evenkeel.store.etcd.Calls.Answer;
import io.evenkeel.store.etcd.Calls.Repeat;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of a cluster: etcd 3.4 or later. It opens without etcd and finds its way back to it by
 * itself; calls wait no longer than their deadline.
 *
 * <p>A write is sent once. When it is not certain what became of it the answer is {@link
 * io.evenkeel.kernel.store.Unknown}; when it certainly reached nobody, or a member without a
 * leader, the next member is asked, and at the deadline the answer is {@link Rejected.Code#BUSY}.
 * Reads are linearizable, go through etcd's quorum, and are asked again within their deadline.
 *
 * <p>Differences to the embedded store, all within the port: a lease lives for whole seconds and at
 * least for etcd's shortest (1.5 election time-outs); history lasts until it is compacted, whatever
 * {@link io.evenkeel.kernel.store.StoreLimits} say of it, and over restarts.
 *
 * <p>Thread-safe. Time is {@link System#nanoTime}.
 */
public final class EtcdStore implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdStore.class);
    private static final Duration REVISION_DEADLINE = Duration.ofSeconds(5);

    /** A stream on which one message goes each way is, on the wire, a plain call. */
    private static final MethodDescriptor<LeaseKeepAliveRequest, LeaseKeepAliveResponse>
            KEEP_ALIVE =
                    LeaseGrpc.getLeaseKeepAliveMethod().toBuilder()
                            .setType(MethodDescriptor.MethodType.UNARY)
                            .build();

    private final TxnRules rules;
    private final EtcdMapping mapping;
    private final Members members;
    private final Calls calls;
    private final Ranges ranges;
    private final SpaceAlarm spaceAlarm;
    private final Set<EtcdWatch> watches = ConcurrentHashMap.newKeySet();
    private final EtcdWatch.Source source =
            new EtcdWatch.Source() {
                @Override
                public long newestRevision() {
                    return ranges.newestRevision(end(REVISION_DEADLINE));
                }

                @Override
                public long compactedUpTo(long revision) {
                    return ranges.compactedUpTo(revision, end(REVISION_DEADLINE));
                }

                @Override
                public void forget(EtcdWatch watch) {
                    watches.remove(watch);
                }
            };

    /** Opens the store; connects in the background, and warns of members known to be unsafe. */
    public static EtcdStore open(EtcdConfig config) {
        return new EtcdStore(config, LOG::warn);
    }

    EtcdStore(EtcdConfig config, Consumer<String> warnings) {
        rules = new TxnRules(config.limits());
        mapping = new EtcdMapping(config.namespace());
        members = new Members(config);
        calls =
                new Calls(
                        members,
                        new Backoff(
                                config.shortestBackoff(),
                                config.longestBackoff(),
                                config.random()));
        ranges = new Ranges(calls, mapping);
        spaceAlarm = new SpaceAlarm(calls);
        Thread.ofVirtual().name("etcd-versions").start(new VersionCheck(members, calls, warnings));
    }

    @Override
    public RangeResult range(RangeQuery query, Duration deadline) {
        Rejected rejected = calls.closed() ? Refusals.CLOSED : rules.check(query);
        return rejected != null ? rejected : ranges.read(query, end(deadline));
    }

    @Override
    public TxnOutcome txn(Txn txn, Duration deadline) {
        long endNanos = end(deadline);
        Rejected rejected = calls.closed() ? Refusals.CLOSED : rules.check(txn);
        if (rejected == null && takesSpace(txn)) {
            rejected = spaceAlarm.check(endNanos);
        }
        if (rejected != null) {
            return rejected;
        }
        Answer<TxnResponse> answer =
                calls.call(
                        KVGrpc.getTxnMethod(),
                        mapping.txn(txn),
                        writes(txn) ? Repeat.NEVER : Repeat.HARMLESS,
                        endNanos);
        return switch (answer) {
            case Answer.Reply<TxnResponse>(TxnResponse response) -> mapping.txn(txn, response);
            case Answer.Failure<TxnResponse> failure -> {
                if (Refusals.isNoSpace(failure.status())) {
                    yield spaceAlarm.answered();
                }
                Rejected certain = Refusals.rejected(failure, txn, members.toString());
                yield certain != null ? certain : Refusals.unknown(failure, members.toString());
            }
        };
    }

    @Override
    public LeaseOutcome grant(Duration ttl, Duration deadline) {
        long endNanos = end(deadline);
        Rejected rejected = calls.closed() ? Refusals.CLOSED : TxnRules.checkTtl(ttl);
        rejected = rejected == null ? spaceAlarm.check(endNanos) : rejected;
        if (rejected != null) {
            return rejected;
        }
        long seconds = ttl.plusSeconds(1).minusNanos(1).toSeconds();
        Answer<LeaseGrantResponse> answer =
                calls.call(
                        LeaseGrpc.getLeaseGrantMethod(),
                        LeaseGrantRequest.newBuilder().setTTL(seconds).build(),
                        Repeat.NEVER,
                        endNanos);
        return switch (answer) {
            case Answer.Reply<LeaseGrantResponse>(LeaseGrantResponse response) ->
                    new LeaseOutcome.Held(response.getID(), Duration.ofSeconds(response.getTTL()));
            case Answer.Failure<LeaseGrantResponse> failure -> lease(failure);
        };
    }

    @Override
    public LeaseOutcome keepAlive(long leaseId, Duration deadline) {
        if (calls.closed()) {
            return Refusals.CLOSED;
        }
        Answer<LeaseKeepAliveResponse> answer =
                calls.call(
                        KEEP_ALIVE,
                        LeaseKeepAliveRequest.newBuilder().setID(leaseId).build(),
                        Repeat.HARMLESS,
                        end(deadline));
        return switch (answer) {
            case Answer.Reply<LeaseKeepAliveResponse>(LeaseKeepAliveResponse response) ->
                    response.getTTL() <= 0
                            ? new LeaseOutcome.Gone(leaseId)
                            : new LeaseOutcome.Held(leaseId, Duration.ofSeconds(response.getTTL()));
            case Answer.Failure<LeaseKeepAliveResponse> failure -> lease(failure);
        };
    }

    @Override
    public LeaseOutcome revoke(long leaseId, Duration deadline) {
        if (calls.closed()) {
            return Refusals.CLOSED;
        }
        var answer =
                calls.call(
                        LeaseGrpc.getLeaseRevokeMethod(),
                        LeaseRevokeRequest.newBuilder().setID(leaseId).build(),
                        Repeat.HARMLESS,
                        end(deadline));
        return answer instanceof Answer.Failure<?> failure && !Refusals.isNoLease(failure.status())
                ? lease(failure)
                : new LeaseOutcome.Gone(leaseId);
    }

    private LeaseOutcome lease(Answer.Failure<?> failure) {
        if (Refusals.isNoSpace(failure.status())) {
            return spaceAlarm.answered();
        }
        Rejected certain = Refusals.rejected(failure, members.toString());
        return certain != null ? certain : Refusals.unknown(failure, members.toString());
    }

    @Override
    public CompactOutcome compact(long revision, Duration deadline) {
        if (calls.closed()) {
            return Refusals.CLOSED;
        }
        long endNanos = end(deadline);
        long upTo = revision;
        while (true) {
            var answer =
                    calls.call(
                            KVGrpc.getCompactMethod(),
                            CompactionRequest.newBuilder().setRevision(upTo).build(),
                            Repeat.HARMLESS,
                            endNanos);
            if (!(answer instanceof Answer.Failure<?> failure)
                    || Refusals.isCompacted(failure.status())) {
                return new Compacted(upTo);
            }
            long newest = Refusals.isFuture(failure.status()) ? ranges.newestRevision(endNanos) : 0;
            if (newest == 0 || newest >= upTo) {
                Rejected certain = Refusals.rejected(failure, members.toString());
                return certain != null ? certain : Refusals.unknown(failure, members.toString());
            }
            upTo = newest;
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>From 0 on, it first asks etcd for its revision, and waits for that up to five seconds;
     * when it can't be learnt the watch ends with FAILED.
     */
    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        long from = fromRevision;
        if (from <= 0) {
            long newest = source.newestRevision();
            from = newest == 0 ? 0 : newest + 1;
        }
        EtcdWatch watch = new EtcdWatch(calls, mapping, source, prefix, from, listener);
        watches.add(watch);
        Thread.ofVirtual().name("store-watch " + prefix).start(watch);
        return watch;
    }

    @Override
    public void close() {
        calls.close();
        List.copyOf(watches).forEach(EtcdWatch::wake);
        members.close();
    }

    private static boolean takesSpace(Txn txn) {
        return txn.ops().stream().anyMatch(op -> op instanceof Op.Put);
    }

    private static boolean writes(Txn txn) {
        return txn.ops().stream().anyMatch(op -> !(op instanceof Op.Read));
    }

    private static long end(Duration deadline) {
        return System.nanoTime() + deadline.toNanos();
    }
}
