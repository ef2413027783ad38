package io.evenkeel.store.etcd;

import io.evenkeel.kernel.store.Watch;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.store.WatchEnd;
import io.evenkeel.kernel.store.WatchListener;
import io.evenkeel.store.etcd.Members.Member;
import io.evenkeel.store.etcd.WatchReader.Step;
import io.evenkeel.store.etcd.WatchStream.Heard;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch: a virtual thread that reads a stream of one member and, when that breaks, another one
 * from the revision it had come to, so that nothing is lost and nothing comes twice. A slow
 * listener holds up its own stream only; etcd's history is its queue, and when that is compacted
 * before the listener came to it, the watch ends with RESYNC. So it does when the store turns out
 * to have gone back (restored from a backup) or to be another one.
 */
final class EtcdWatch implements Watch, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);

    /** A member that is stopped accepts a connection and answers nothing. */
    private static final long CREATE_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** A stream that lived this long ends a row of failures. */
    private static final long LIVED_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What a watch needs of its store. */
    interface Source {
        /** The cluster's newest revision, 0 when it could not be learnt. */
        long newestRevision();

        /** How far history is gone, at least {@code revision}. */
        long compactedUpTo(long revision);

        void forget(EtcdWatch watch);
    }

    private final Calls calls;
    private final EtcdMapping mapping;
    private final Source source;
    private final String prefix;
    private final WatchListener listener;
    private long next;
    private long clusterId;

    /** Streams in a row that broke soon. */
    private int failures;

    /** Why the last one broke. */
    private String reason = "";

    private volatile @Nullable WatchStream stream;
    private volatile boolean closed;

    /**
     * @param fromRevision first revision to deliver, 0 when that could not be learnt
     */
    EtcdWatch(
            Calls calls,
            EtcdMapping mapping,
            Source source,
            String prefix,
            long fromRevision,
            WatchListener listener) {
        this.calls = calls;
        this.mapping = mapping;
        this.source = source;
        this.prefix = prefix;
        this.next = fromRevision;
        this.listener = listener;
    }

    @Override
    public void run() {
        try {
            finish(next == 0 ? failed("etcd did not say its revision") : watched());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            finish(failed("interrupted"));
        } catch (RuntimeException e) {
            LOG.error("a listener of {} failed at revision {}; its watch ends", prefix, next, e);
            finish(failed("the listener failed: " + e));
        } finally {
            source.forget(this);
        }
    }

    /** Stream after stream, until there is a reason to end. */
    private WatchEnd watched() throws InterruptedException {
        while (!closed && !calls.closed()) {
            Member member = calls.members().current();
            long begunNanos = System.nanoTime();
            WatchEnd end;
            try (WatchStream opened = new WatchStream(member, mapping.watch(prefix, next))) {
                stream = opened;
                end = closed || calls.closed() ? null : followed(opened);
            }
            if (end != null) {
                return end;
            }
            if (!closed && !calls.closed()) {
                calls.members().failed(member);
                failures = System.nanoTime() - begunNanos > LIVED_NANOS ? 1 : failures + 1;
                if (failures == 1) {
                    LOG.info("watch of {} at {} goes on from {}: {}", prefix, member, next, reason);
                }
                if (!calls.waited(failures) && Thread.currentThread().isInterrupted()) {
                    throw new InterruptedException();
                }
            }
        }
        return new WatchEnd(WatchEnd.Reason.CLOSED, next - 1, Refusals.CLOSED.message());
    }

    /** Hands on what the stream brings, until it breaks (null) or the watch is to end. */
    private @Nullable WatchEnd followed(WatchStream opened) throws InterruptedException {
        WatchReader reader = new WatchReader(mapping, next);
        boolean created = false;
        while (true) {
            Heard heard = opened.next(created ? Long.MAX_VALUE : CREATE_NANOS);
            if (closed || calls.closed()) {
                return null;
            }
            if (heard == null) {
                return broken("no answer");
            }
            if (heard instanceof Heard.Closed gone) {
                return broken(Refusals.text(gone.status()));
            }
            Step step = reader.read(((Heard.Response) heard).message());
            switch (step) {
                case Step.Wait() -> {}
                case Step.Deliver(WatchBatch batch) -> listener.onBatch(batch);
                case Step.Resync(long revision, String message) -> {
                    return resync(revision, message);
                }
                case Step.Forgotten(long revision) -> {
                    return resync(
                            source.compactedUpTo(revision - 1),
                            "etcd has forgotten what revision " + revision + " replaced");
                }
                case Step.Broken(String why) -> {
                    return broken(why);
                }
                case Step.Created(long revision, long cluster) -> {
                    created = true;
                    if (clusterId != 0 && clusterId != cluster) {
                        return resync(revision, "etcd is another cluster than before");
                    }
                    clusterId = cluster;
                    long newest = revision >= next - 1 ? revision : source.newestRevision();
                    if (newest == 0) {
                        return broken("it lags and nobody tells the newest revision");
                    }
                    if (newest < next - 1) {
                        return resync(
                                newest,
                                "etcd has gone back to revision "
                                        + newest
                                        + " from "
                                        + (next - 1)
                                        + " (restored from a backup?)");
                    }
                }
            }
            next = reader.next();
        }
    }

    private @Nullable WatchEnd broken(String why) {
        reason = why;
        return null;
    }

    private static WatchEnd resync(long revision, String message) {
        return new WatchEnd(WatchEnd.Reason.RESYNC, revision, message);
    }

    private WatchEnd failed(String message) {
        return new WatchEnd(WatchEnd.Reason.FAILED, Math.max(0, next - 1), message);
    }

    private void finish(WatchEnd end) {
        if (!closed) {
            closed = true;
            listener.onEnd(end);
        }
    }

    @Override
    public void close() {
        closed = true;
        source.forget(this);
        wake();
    }

    /** Ends the wait for the stream, to look whether the store or the watch is closed. */
    void wake() {
        WatchStream open = stream;
        if (open != null) {
            open.close();
        }
    }
}
