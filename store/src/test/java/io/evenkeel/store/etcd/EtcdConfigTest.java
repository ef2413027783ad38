package io.evenkeel.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdConfigTest {
    @Test
    void anEndpointIsAHostAndAPort() {
        assertThat(EtcdConfig.Endpoint.parse("http://10.0.0.1:2379"))
                .isEqualTo(new EtcdConfig.Endpoint("10.0.0.1", 2379));
        assertThat(EtcdConfig.Endpoint.parse("[::1]:2379"))
                .isEqualTo(new EtcdConfig.Endpoint("[::1]", 2379));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "host:", ":1", "host:0", "host:65536", "http://h:1/x"})
    void whatIsNoEndpointIsSaidWithWhatWasExpected(String text) {
        assertThatThrownBy(() -> EtcdConfig.of(List.of(text), new Random(1)))
                .hasMessageContaining("\"" + text + "\" (expected: HOST:PORT");
    }

    @Test
    void aWaitIsDrawnFromASpanThatDoubles() {
        EtcdConfig config = EtcdConfig.of(List.of("h:1"), new Random(1));
        Backoff backoff =
                new Backoff(config.shortestBackoff(), config.longestBackoff(), config.random());
        for (int attempt = 1; attempt < 100; attempt++) {
            long most =
                    Math.min(
                            config.longestBackoff().toNanos(),
                            config.shortestBackoff().toNanos() << Math.min(attempt - 1, 20));
            assertThat(backoff.nanos(attempt)).isBetween(1L, most);
        }
    }
}
