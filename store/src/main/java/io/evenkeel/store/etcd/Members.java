package io.evenkeel.store.etcd;

import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.StatusRequest;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The members of the cluster, a connection to each, and which of them is asked now. All calls and
 * watches go to one member until it fails; then the next one's turn comes. Thread-safe.
 *
 * <p>gRPC could choose among addresses itself, but it sees only connections: a member that is
 * stopped or cut off from its peers keeps its connections and answers nothing.
 */
final class Members implements AutoCloseable {
    /** Held, or its level would be forgotten: gRPC tells everybody at start that it lacks epoll. */
    private static final Logger GRPC_LOG = Logger.getLogger("io.grpc");

    static {
        GRPC_LOG.setLevel(Level.WARNING);
    }

    /** A page of the largest values still fits; what comes back is our own data. */
    private static final int MOST_INBOUND_BYTES = 256 << 20;

    /** How long a member that failed a call may take to say that it lives. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(1);

    /** One member. Compared by identity. */
    static final class Member {
        private final String endpoint;
        private final ManagedChannel channel;
        private final Set<WatchStream> streams = ConcurrentHashMap.newKeySet();
        private final AtomicBoolean doubted = new AtomicBoolean();

        private Member(String endpoint, ManagedChannel channel) {
            this.endpoint = endpoint;
            this.channel = channel;
        }

        ManagedChannel channel() {
            return channel;
        }

        /** The version it says it has, null when it does not answer in time. */
        @Nullable String version(Duration within) {
            try {
                return ClientCalls.blockingUnaryCall(
                                channel,
                                MaintenanceGrpc.getStatusMethod(),
                                CallOptions.DEFAULT.withDeadlineAfter(
                                        within.toNanos(), TimeUnit.NANOSECONDS),
                                StatusRequest.getDefaultInstance())
                        .getVersion();
            } catch (StatusRuntimeException e) {
                return null;
            }
        }

        void opened(WatchStream stream) {
            streams.add(stream);
        }

        void closed(WatchStream stream) {
            streams.remove(stream);
        }

        @Override
        public String toString() {
            return endpoint;
        }
    }

    private final List<Member> members;
    private final AtomicInteger current = new AtomicInteger();

    Members(EtcdConfig config) {
        members = config.endpoints().stream().map(endpoint -> member(config, endpoint)).toList();
    }

    private static Member member(EtcdConfig config, String text) {
        EtcdConfig.Endpoint endpoint = EtcdConfig.Endpoint.parse(text);
        ManagedChannel channel =
                Grpc.newChannelBuilderForAddress(
                                endpoint.host(),
                                endpoint.port(),
                                InsecureChannelCredentials.create())
                        // Nothing is sent a second time but by Calls, which knows what may be.
                        .disableRetry()
                        .disableServiceConfigLookUp()
                        .proxyDetector(address -> null)
                        .keepAliveTime(config.pingAfter().toNanos(), TimeUnit.NANOSECONDS)
                        .keepAliveTimeout(config.pingTimeout().toNanos(), TimeUnit.NANOSECONDS)
                        .maxInboundMessageSize(MOST_INBOUND_BYTES)
                        .build();
        return new Member(text, channel);
    }

    List<Member> all() {
        return members;
    }

    Member current() {
        return members.get(current.get());
    }

    /** The member failed somebody: unless another is asked by now, it's the next one's turn. */
    void failed(Member member) {
        int index = members.indexOf(member);
        int next = (index + 1) % members.size();
        current.compareAndSet(index, next);
        // gRPC would wait a second and more after a refused connection; we have waits of our own.
        current().channel().resetConnectBackoff();
    }

    /**
     * A call got no answer from the member. When it does not say either that it lives, its watches
     * are ended, to go on elsewhere: they would notice by themselves only when a ping is missed.
     */
    void doubt(Member member) {
        if (members.size() > 1 && !member.streams.isEmpty() && !member.doubted.getAndSet(true)) {
            Thread.ofVirtual()
                    .name("etcd-doubt " + member)
                    .start(() -> {
                        if (member.version(SIGN_OF_LIFE) == null) {
                            List.copyOf(member.streams).forEach(WatchStream::close);
                        }
                        member.doubted.set(false);
                    });
        }
    }

    @Override
    public void close() {
        members.forEach(member -> member.channel().shutdownNow());
    }

    @Override
    public String toString() {
        return String.join(", ", members.stream().map(Member::toString).toList());
    }
}
