package io.evenkeel.gateway.net.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.net.EventLoop;
import io.evenkeel.gateway.net.LoopContract;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

final class NioNetTest extends LoopContract {
    @Override
    protected EventLoop loop(String name) {
        return new NioLoop(name);
    }

    @Test
    void anAddressInUseIsNamedBeforeLoopsShareIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, loopback().getAddress())) {
            InetSocketAddress address =
                    new InetSocketAddress(taken.getInetAddress(), taken.getLocalPort());
            assertThat(NioLoop.listenProblem(address)).contains("in use");
        }
    }
}
