package io.evenkeel.store.etcd;

import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A member that answers what a test tells it to, at moments that a real etcd rarely meets. */
final class ScriptedMember implements AutoCloseable {
    static final long CLUSTER = 7;

    private final Server server;
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final LinkedBlockingQueue<OpenWatch> watches = new LinkedBlockingQueue<>();
    private volatile Status txnAnswer = Status.OK;
    private volatile long revision = 1;

    /** A watch as the member sees it. */
    record OpenWatch(long from, StreamObserver<WatchResponse> out) {
        void created(long revision, long cluster) {
            out.onNext(
                    WatchResponse.newBuilder()
                            .setHeader(header(revision).setClusterId(cluster))
                            .setCreated(true)
                            .build());
        }

        void fail(String message) {
            out.onError(Status.UNAVAILABLE.withDescription(message).asRuntimeException());
        }
    }

    ScriptedMember() {
        try {
            server =
                    Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                            .intercept(new Noting())
                            .addService(new Kv())
                            .addService(new Watches())
                            .build()
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String endpoint() {
        return "127.0.0.1:" + server.getPort();
    }

    /** Each call with whether it came with hasleader, in order: {@code Txn true}. */
    List<String> seen() {
        return List.copyOf(seen);
    }

    void answerTxns(Status status) {
        txnAnswer = status;
    }

    void revision(long newest) {
        revision = newest;
    }

    /** The next watch that is opened here. */
    OpenWatch watch() throws InterruptedException {
        OpenWatch watch = watches.poll(10, TimeUnit.SECONDS);
        if (watch == null) {
            throw new AssertionError("no watch was opened at " + endpoint());
        }
        return watch;
    }

    static ResponseHeader.Builder header(long revision) {
        return ResponseHeader.newBuilder().setRevision(revision);
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private final class Noting implements ServerInterceptor {
        private static final Metadata.Key<String> HAS_LEADER =
                Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            String method = String.valueOf(call.getMethodDescriptor().getBareMethodName());
            if (!method.equals("Status")) {
                seen.add(method + " " + headers.get(HAS_LEADER));
            }
            return next.startCall(call, headers);
        }
    }

    private final class Kv extends KVGrpc.KVImplBase {
        @Override
        public void txn(TxnRequest request, StreamObserver<TxnResponse> out) {
            Status answer = txnAnswer;
            if (answer.isOk()) {
                TxnResponse.Builder done =
                        TxnResponse.newBuilder().setHeader(header(revision)).setSucceeded(true);
                request.getSuccessList()
                        .forEach(op -> done.addResponses(ResponseOp.getDefaultInstance()));
                out.onNext(done.build());
                out.onCompleted();
            } else {
                out.onError(answer.asRuntimeException());
            }
        }

        @Override
        public void range(RangeRequest request, StreamObserver<RangeResponse> out) {
            out.onNext(RangeResponse.newBuilder().setHeader(header(revision)).build());
            out.onCompleted();
        }
    }

    private final class Watches extends WatchGrpc.WatchImplBase {
        @Override
        public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> out) {
            return new StreamObserver<>() {
                @Override
                public void onNext(WatchRequest request) {
                    watches.add(new OpenWatch(request.getCreateRequest().getStartRevision(), out));
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {}
            };
        }
    }
}
