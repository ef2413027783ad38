package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.balancing.BackendReport;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.link.LinkMessage;
import org.junit.jupiter.api.Test;

/** What backends say of themselves is there for operators, and for what scales by it. */
class ReportsTest extends ProxySuite {
    @Test
    void aLookAtTheQueueShowsWhatABackendLastSaidOfItself() {
        backend(talk -> {
            while (!talk.head().isEmpty()) {
                talk.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }
        });
        QueueSnapshot.Entry before = entry();
        assertThat(before.report()).isEqualTo(BackendReport.NOTHING);

        EndpointKey key = new EndpointKey("default", before.endpoint());
        gateway.reported(key, before.epoch(), new LinkMessage.Report(-1, 41, 7.5, -1));
        assertThat(entry().report()).isEqualTo(new BackendReport(-1, 41, 7.5));
        assertThat(entry().surplus()).as("no figure of load").isZero();

        gateway.reported(key, before.epoch() + 1, new LinkMessage.Report(9, 9, 9, 9));
        assertThat(entry().report())
                .as("another incarnation's")
                .isEqualTo(new BackendReport(-1, 41, 7.5));
    }

    private QueueSnapshot.Entry entry() {
        return gateway.queue("default", SERVICE).orElseThrow().entries().getFirst();
    }
}
