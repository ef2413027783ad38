package io.evenkeel.store.etcd;

import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.store.etcd.Calls.Answer.Failure;
import io.grpc.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a failed call means. etcd tells its errors apart by their text only (api/v3rpc/rpctypes);
 * several share a gRPC code.
 */
final class Refusals {
    static final Rejected CLOSED = new Rejected(Rejected.Code.CLOSED, "the store is closed");

    private static final String COMPACTED = "required revision has been compacted";
    private static final String FUTURE = "required revision is a future revision";

    private Refusals() {}

    /** True when etcd itself answered that it will not do it: certain, and the same elsewhere. */
    static boolean isAnswer(Status status) {
        return (status.getCode() != Status.Code.UNAVAILABLE && says(status, "etcdserver: "))
                || says(status, "grpc: received message larger than max");
    }

    /** True when the member refused for want of a leader, before doing anything. */
    static boolean isNoLeader(Status status) {
        return says(status, "etcdserver: no leader");
    }

    static boolean isCompacted(Status status) {
        return says(status, COMPACTED);
    }

    static boolean isFuture(Status status) {
        return says(status, FUTURE);
    }

    /** True when etcd is full; the call may have been done all the same ({@link SpaceAlarm}). */
    static boolean isNoSpace(Status status) {
        return says(status, "database space exceeded");
    }

    static boolean isNoLease(Status status) {
        return says(status, "requested lease not found");
    }

    /** The rejection of a call that certainly did nothing; null when that is not certain. */
    static @Nullable Rejected rejected(Failure<?> failure, String members) {
        Status status = failure.status();
        if (isAnswer(status)) {
            return answered(status);
        }
        return failure.maybeDone()
                ? null
                : new Rejected(
                        Rejected.Code.BUSY,
                        "no member of etcd takes calls ("
                                + members
                                + "): "
                                + text(status)
                                + "; nothing was changed, try again");
    }

    /** As {@link #rejected}, with the leases named that the txn puts keys under. */
    static @Nullable Rejected rejected(Failure<?> failure, Txn txn, String members) {
        if (!isNoLease(failure.status())) {
            return rejected(failure, members);
        }
        List<Long> leases =
                txn.ops().stream()
                        .mapToLong(op -> op instanceof Op.Put put ? put.leaseId() : 0)
                        .filter(id -> id != 0)
                        .distinct()
                        .boxed()
                        .toList();
        return new Rejected(
                Rejected.Code.NO_LEASE,
                (leases.size() == 1 ? "lease " + leases.getFirst() : "one of the leases " + leases)
                        + " does not exist or has ended; grant a new one");
    }

    static Unknown unknown(Failure<?> failure, String members) {
        return new Unknown("etcd (" + members + ") did not say: " + text(failure.status()));
    }

    static Rejected future(long revision) {
        return new Rejected(
                Rejected.Code.FUTURE_REVISION,
                "revision: " + revision + " (expected: <= the newest)");
    }

    private static Rejected answered(Status status) {
        if (says(status, "corrupt cluster")) {
            return new Rejected(
                    Rejected.Code.READ_ONLY,
                    "etcd found its members to differ and takes no writes (alarm CORRUPT): find"
                            + " the member (etcdctl endpoint hashkv), replace it, then etcdctl"
                            + " alarm disarm");
        }
        if (says(status, "too many requests")) {
            return new Rejected(Rejected.Code.BUSY, "etcd has too many calls waiting; try again");
        }
        if (says(status, "request is too large") || says(status, "larger than max")) {
            return new Rejected(
                    Rejected.Code.INVALID,
                    "the txn is larger than etcd takes (" + text(status) + "); split it");
        }
        return new Rejected(Rejected.Code.INVALID, "etcd refused: " + text(status));
    }

    /** The status on one line. */
    static String text(Status status) {
        String description = status.getDescription();
        Throwable cause = status.getCause();
        return status.getCode()
                + (description == null ? "" : " " + description)
                + (cause == null ? "" : " (" + cause.getMessage() + ")");
    }

    private static boolean says(Status status, String words) {
        String description = status.getDescription();
        return description != null && description.contains(words);
    }
}
