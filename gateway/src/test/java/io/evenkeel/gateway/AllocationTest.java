package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * The loop's thread allocates nothing for a request once everything is there. Over NIO: tests run
 * with the first compiler only, which makes objects for native calls that the second does without;
 * {@code bench/run allocation} judges epoll.
 */
final class AllocationTest extends ProxySuite {
    private static final int BATCH = 50;

    /** More requests than the ring of records holds, which is filled before it is used again. */
    private static final int WARM_UP = 70_000;

    private static final int MEASURED = 20_000;
    private static final int MOST_BYTES_PER_REQUEST = 50;

    @Override
    GatewaySettings settings() {
        return super.settings().withTransport(Transport.NIO);
    }

    @Test
    void aRequestInTheSteadyStateAllocatesNothing() {
        site.route("r", "{service: %s}".formatted(SERVICE));
        assertThat(allocatedPerRequest()).isLessThanOrEqualTo(MOST_BYTES_PER_REQUEST);
    }

    @Test
    void aRequestThatItsRouteRewritesEditsAndMirrorsAllocatesNothing() {
        Backend mirror = keep(answering());
        site.endpoint("mirror", "m", mirror.address());
        site.route(
                "r",
                """
                {match: {pathPrefix: /allocation}, service: %s, rewrite: {pathPrefix: /a/b},
                 headers: {request: {set: [{name: X-A, value: b}], remove: [Cookie]},
                           response: {set: [{name: Server, value: keel}]}},
                 mirror: {service: mirror}}
                """
                        .formatted(SERVICE));
        assertThat(allocatedPerRequest()).isLessThanOrEqualTo(MOST_BYTES_PER_REQUEST);
        assertThat(mirror.connections()).as("copies were sent").isPositive();
    }

    private static Backend answering() {
        byte[] answer = ok("hello").getBytes(StandardCharsets.US_ASCII);
        return new Backend(talk -> {
            while (true) {
                talk.head();
                talk.send(answer);
            }
        });
    }

    private double allocatedPerRequest() {
        site.endpoint(SERVICE, "e", keep(answering()).address());
        Talk client = client();
        int replyBytes = client.send(get("/allocation")).head().length() + client.body(5).length();
        byte[] batch = get("/allocation").repeat(BATCH).getBytes(StandardCharsets.US_ASCII);
        run(client, batch, replyBytes, WARM_UP);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long loop = loopThread(threads);
        long before = threads.getThreadAllocatedBytes(loop);
        run(client, batch, replyBytes, MEASURED);
        return (threads.getThreadAllocatedBytes(loop) - before) / (double) MEASURED;
    }

    private static void run(Talk client, byte[] batch, int replyBytes, int requests) {
        for (int i = 0; i < requests; i += BATCH) {
            client.send(batch);
            client.bytes(replyBytes * BATCH);
        }
    }

    private static long loopThread(ThreadMXBean threads) {
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(t -> t != null && t.getThreadName().equals("gateway-0"))
                .findFirst()
                .orElseThrow()
                .getThreadId();
    }
}
