package io.evenkeel.host.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.machine.Reply;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class ReachTest {
    @Test
    void uriLeadsToItsTransportsPort() {
        assertThat(Reach.of("qemu+tcp://127.0.0.1/system"))
                .contains(InetSocketAddress.createUnresolved("127.0.0.1", 16509));
        assertThat(Reach.of("qemu://127.0.0.1/system"))
                .contains(InetSocketAddress.createUnresolved("127.0.0.1", 16514));
        assertThat(Reach.of("qemu+ssh://root@127.0.0.1/system"))
                .contains(InetSocketAddress.createUnresolved("127.0.0.1", 22));
        assertThat(Reach.of("qemu+tcp://127.0.0.1:7/system"))
                .contains(InetSocketAddress.createUnresolved("127.0.0.1", 7));
        assertThat(Reach.of("qemu:///system")).isEmpty();
        assertThat(Reach.of("qemu+unix:///system?socket=/run/x")).isEmpty();
    }

    @Test
    void refusedConnectionIsToldFromNone() throws Exception {
        int port;
        try (ServerSocket open = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = open.getLocalPort();
            assertThat(Reach.obstacle("qemu+tcp://127.0.0.1:" + port + "/system", 1_000)).isEmpty();
        }
        assertThat(Reach.obstacle("qemu+tcp://127.0.0.1:" + port + "/system", 1_000))
                .hasValueSatisfying(reply -> assertThat(reply).isInstanceOf(Reply.Refused.class));
    }
}
