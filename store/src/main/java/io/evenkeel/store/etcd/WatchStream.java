package io.evenkeel.store.etcd;

import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.evenkeel.store.etcd.Members.Member;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream with one watch on it. No more is taken from the connection than a few responses ahead
 * of who reads, so what a slow reader has not read waits at etcd, not here. Read by one thread;
 * {@link #close} by any.
 */
final class WatchStream implements AutoCloseable {
    /** Enough to keep the stream busy while one response is handed on. */
    private static final int AHEAD = 4;

    /** What was heard; nothing follows a {@link Closed}. */
    sealed interface Heard {
        record Response(WatchResponse message) implements Heard {}

        record Closed(Status status) implements Heard {}
    }

    private final LinkedBlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private final Member member;
    private final ClientCall<WatchRequest, WatchResponse> call;

    WatchStream(Member member, WatchRequest create) {
        this.member = member;
        call = member.channel().newCall(WatchGrpc.getWatchMethod(), CallOptions.DEFAULT);
        Metadata headers = new Metadata();
        headers.merge(Calls.REQUIRE_LEADER);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(WatchResponse message) {
                        heard.add(new Heard.Response(message));
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        heard.add(new Heard.Closed(status));
                    }
                },
                headers);
        call.sendMessage(create);
        call.request(AHEAD);
        member.opened(this);
    }

    /** The next thing heard, null when nothing was within {@code nanos}. */
    @Nullable Heard next(long nanos) throws InterruptedException {
        Heard next = heard.poll(nanos, TimeUnit.NANOSECONDS);
        if (next instanceof Heard.Response) {
            call.request(1);
        }
        return next;
    }

    @Override
    public void close() {
        member.closed(this);
        call.cancel("the watch ended, or its member is gone", null);
    }
}
