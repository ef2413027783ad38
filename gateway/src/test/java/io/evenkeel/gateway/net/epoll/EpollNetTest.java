package io.evenkeel.gateway.net.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.net.EventLoop;
import io.evenkeel.gateway.net.LoopContract;
import org.junit.jupiter.api.Test;

final class EpollNetTest extends LoopContract {
    @Override
    protected EventLoop loop(String name) {
        return new EpollLoop(name);
    }

    @Test
    void structuresLieInMemoryAsExpected() {
        assertThat(EpollProbe.problem()).isNull();
    }
}
