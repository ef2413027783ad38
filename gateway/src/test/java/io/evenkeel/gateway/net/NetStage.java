package io.evenkeel.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Where the contract's groups are played: everything happens on one loop, connections going from
 * the loop to itself.
 */
abstract class NetStage {
    NetContract.Net net;
    Listener listener;
    final List<Peer> accepted = new ArrayList<>();

    /** A transport with nothing on it. */
    abstract NetContract.Net open();

    @BeforeEach
    void begin() {
        net = open();
        listener = listen(net.anyAddress());
    }

    @AfterEach
    void end() {
        net.close();
    }

    private Listener listen(InetSocketAddress address) {
        ListenResult result =
                net.on(() ->
                        net.loop()
                                .listen(
                                        address,
                                        ListenOptions.DEFAULT,
                                        c -> {
                                            Peer peer = new Peer();
                                            peer.connection = c;
                                            accepted.add(peer);
                                            return peer;
                                        }));
        assertThat(result).isInstanceOf(ListenResult.Listening.class);
        return ((ListenResult.Listening) result).listener();
    }

    final Peer connect(InetSocketAddress address) {
        Peer peer = new Peer();
        net.on(() -> {
            peer.connection = net.loop().connect(address, peer);
            assertThat(peer.connectedCalls + peer.failedCalls).isZero();
            return peer;
        });
        return peer;
    }

    /** Two connected ends: the one that connected and the one accepted. */
    final Peer[] pair() {
        int before = net.on(accepted::size);
        Peer client = connect(listener.local());
        net.await(
                "both ends stand",
                () -> client.connectedCalls == 1 && accepted.size() == before + 1);
        return new Peer[] {client, net.on(() -> accepted.get(before))};
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
