package io.evenkeel.store.etcd;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;

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

    /** One member. */
    record Member(String endpoint, ManagedChannel channel) {
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

    @Override
    public void close() {
        members.forEach(member -> member.channel().shutdownNow());
    }

    @Override
    public String toString() {
        return String.join(", ", members.stream().map(Member::endpoint).toList());
    }
}
