package io.evenkeel.store.etcd;

import io.evenkeel.store.etcd.Members.Member;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Calls with a deadline, and the one rule about repeating them. A call goes to the next member when
 * the last one certainly did nothing (it could not be reached, or knows no leader), or when doing
 * it twice is the same as once. Anything else that fails is over: whether it was done is unknown,
 * and is said so. Thread-safe.
 */
final class Calls {
    /** With it a member that has no leader refuses at once, before it does anything. */
    static final Metadata REQUIRE_LEADER = requireLeader();

    /** One try of a repeatable call, when there is another member to ask. */
    private static final long LONGEST_TRY_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** May a call be sent again when nobody knows whether it was done? */
    enum Repeat {
        HARMLESS,
        NEVER
    }

    /** How a call ended. */
    sealed interface Answer<R> {
        record Reply<R>(R message) implements Answer<R> {}

        /**
         * It was not answered.
         *
         * @param maybeDone false when certainly nothing was done
         */
        record Failure<R>(Status status, boolean maybeDone) implements Answer<R> {}
    }

    private final Members members;
    private final Backoff backoff;
    private final CountDownLatch closed = new CountDownLatch(1);

    Calls(Members members, Backoff backoff) {
        this.members = members;
        this.backoff = backoff;
    }

    Members members() {
        return members;
    }

    boolean closed() {
        return closed.getCount() == 0;
    }

    void close() {
        closed.countDown();
    }

    /** A call of the method, answered by {@code endNanos} ({@link System#nanoTime}). */
    <Q, R> Answer<R> call(MethodDescriptor<Q, R> method, Q request, Repeat repeat, long endNanos) {
        Status last = Status.DEADLINE_EXCEEDED.withDescription("no time was left to ask");
        boolean maybeDone = false;
        for (int attempt = 1; ; attempt++) {
            long leftNanos = endNanos - System.nanoTime();
            if (leftNanos <= 0 || closed()) {
                return new Answer.Failure<>(last, maybeDone);
            }
            Member member = members.current();
            Sent sent = new Sent();
            try {
                return new Answer.Reply<>(
                        ClientCalls.blockingUnaryCall(
                                ClientInterceptors.intercept(
                                        member.channel(),
                                        MetadataUtils.newAttachHeadersInterceptor(REQUIRE_LEADER)),
                                method,
                                CallOptions.DEFAULT
                                        .withStreamTracerFactory(sent)
                                        .withDeadlineAfter(
                                                tryNanos(leftNanos, repeat), TimeUnit.NANOSECONDS),
                                request));
            } catch (StatusRuntimeException e) {
                last = e.getStatus();
            }
            if (Refusals.isAnswer(last)) {
                return new Answer.Failure<>(last, false);
            }
            members.failed(member);
            if (sent.sent) {
                members.doubt(member);
            }
            maybeDone |= sent.sent && !Refusals.isNoLeader(last);
            if ((maybeDone && repeat == Repeat.NEVER)
                    || Thread.currentThread().isInterrupted()
                    || !waited(attempt, endNanos)) {
                return new Answer.Failure<>(last, maybeDone);
            }
        }
    }

    private long tryNanos(long leftNanos, Repeat repeat) {
        return repeat == Repeat.HARMLESS && members.all().size() > 1
                ? Math.min(leftNanos, LONGEST_TRY_NANOS)
                : leftNanos;
    }

    /** Waits before the next attempt; at once while a member is left that was not asked yet. */
    private boolean waited(int attempt, long endNanos) {
        int rounds = attempt / members.all().size();
        if (rounds == 0) {
            return true;
        }
        return slept(Math.min(backoff.nanos(rounds), endNanos - System.nanoTime()));
    }

    /** Waits as is right after so many failures in a row; false when there is no more point. */
    boolean waited(int failures) {
        return slept(backoff.nanos(failures));
    }

    /** False when the store was closed or the thread interrupted meanwhile. */
    private boolean slept(long nanos) {
        try {
            return !closed.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Notes whether a call was given to a connection at all. */
    private static final class Sent extends ClientStreamTracer.Factory {
        private volatile boolean sent;

        @Override
        public ClientStreamTracer newClientStreamTracer(
                ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {
                @Override
                public void streamCreated(Attributes transportAttrs, Metadata sentHeaders) {
                    sent = true;
                }
            };
        }
    }

    private static Metadata requireLeader() {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
        return headers;
    }
}
