package io.evenkeel.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.evenkeel.gateway.http1.Rejection;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.kernel.observe.RequestLookup;
import io.evenkeel.kernel.observe.ServiceEvent;
import io.evenkeel.kernel.observe.ServiceTraffic;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class ObservedGatewayTest {
    private final LoopObserver first = new LoopObserver(0, Requests.IDS, 0, AccessLog.none());
    private final LoopObserver second = new LoopObserver(1, Requests.IDS, 0, AccessLog.none());
    private final ObservedGateway gateway =
            new ObservedGateway(Requests.IDS, List.of(first, second), () -> 0) {
                @Override
                public Optional<QueueSnapshot> queue(String tenant, String service) {
                    return Optional.empty();
                }

                @Override
                public List<ServiceEvent> events(String tenant, String service) {
                    return List.of();
                }

                @Override
                protected List<MetricFamily> moreMetrics() {
                    return List.of();
                }
            };

    private static Requests on(LoopObserver loop) {
        return new Requests(loop, "GET / HTTP/1.1", "Host: a", "X-Request-Id: theirs");
    }

    @Test
    void idLeadsToTheLoopThatServedIt() {
        Requests here = on(second);
        here.serveMany(2);
        assertThat(gateway.requestRecord("0a0b0c0d-01-00000001"))
                .isInstanceOf(RequestLookup.Held.class);
        assertThat(gateway.requestRecord("0a0b0c0d-00-00000001"))
                .isInstanceOf(RequestLookup.Unknown.class);
        assertThat(gateway.requestRecord("ffffffff-01-00000001"))
                .isInstanceOf(RequestLookup.Unknown.class);
        assertThat(gateway.requestRecord("0a0b0c0d-07-00000001"))
                .isInstanceOf(RequestLookup.Unknown.class);
        assertThat(gateway.requestRecord("theirs")).isInstanceOf(RequestLookup.Held.class);
        assertThat(gateway.requestRecord("")).isInstanceOf(RequestLookup.Unknown.class);
    }

    @Test
    void trafficOfAllLoopsIsAddedUp() {
        on(first).serveMany(3);
        Requests failing = on(second);
        ServiceMeter service = second.service("default", "shop");
        failing.begin(service, service.endpoint("shop-2.80"), 0);
        failing.trace.attemptEnded(true, 1000);
        failing.trace.picked(service.endpoint("shop-1.80"), 1, 0, 0, false, 2000);
        failing.end(TerminationReason.UPSTREAM_WAIT_TIMEOUT, 504, 10_000_000);
        assertThat(gateway.services()).hasSize(1);
        ServiceTraffic traffic = gateway.services().getFirst();
        assertThat(traffic.requests()).isEqualTo(4);
        assertThat(traffic.failed()).isEqualTo(1);
        assertThat(traffic.retries()).isEqualTo(1);
        assertThat(traffic.active()).isZero();
        assertThat(traffic.requestBytes()).isEqualTo(40);
        assertThat(traffic.p50Micros()).isBetween(5000L, 5700L);
        assertThat(traffic.p99Micros()).isBetween(10_000L, 11_300L);
        assertThat(traffic.reasons())
                .containsExactly(
                        new ServiceTraffic.ReasonCount("complete", 3),
                        new ServiceTraffic.ReasonCount("upstream.wait.timeout", 1));
        assertThat(traffic.endpoints())
                .extracting(ServiceTraffic.EndpointTraffic::endpoint)
                .containsExactly("shop-1.80", "shop-2.80");
        assertThat(traffic.endpoints())
                .extracting(ServiceTraffic.EndpointTraffic::failed)
                .containsExactly(1L, 1L);
    }

    @Test
    void histogramsAreCumulativeAndComplete() {
        on(first).serveMany(5);
        MetricFamily durations = family("evenkeel_request_duration_seconds");
        MetricFamily.Distribution sample =
                (MetricFamily.Distribution) durations.samples().getFirst();
        assertThat(sample.cumulative()).isSorted().hasSize(sample.upperBounds().size() + 1);
        assertThat(sample.cumulative().getLast()).isEqualTo(5);
        assertThat(sample.sum()).isEqualTo(0.025);
        int bound = 0;
        while (sample.upperBounds().get(bound) < 0.005) {
            bound++;
        }
        assertThat(sample.cumulative().get(bound)).isEqualTo(5);
        assertThat(sample.cumulative().get(bound - 1)).isZero();
    }

    @Test
    void endpointsHaveSamplesOfTheirOwnOnlyWhileTheyAreFew() {
        on(first).serveMany(1);
        assertThat(gateway.metrics(1)).anyMatch(f -> f.name().equals("evenkeel_endpoint_requests"));
        assertThat(gateway.metrics(0)).noneMatch(f -> f.name().startsWith("evenkeel_endpoint"));
    }

    private MetricFamily family(String name) {
        return gateway.metrics(100).stream()
                .filter(f -> f.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyReasonHasItsOwnNameAndIsDocumented() throws IOException {
        String page = Files.readString(Path.of("../docs/reference/termination-reasons.md"));
        Set<String> names = new HashSet<>();
        for (TerminationReason reason : TerminationReason.values()) {
            assertThat(names.add(reason.label())).as(reason.label()).isTrue();
            assertThat(page).contains("| `" + reason.label() + "` |");
            assertThat(TerminationReason.of(reason.index())).isEqualTo(reason);
            assertThat(reason.bytes().length).isLessThanOrEqualTo(64);
        }
        for (Rejection rejection : Rejection.values()) {
            assertThat(page)
                    .contains("| `" + rejection.reason() + "` | " + rejection.status() + " |");
        }
    }

    @Test
    void latencyIsKnownWithinAnEighth() {
        long seed = 5;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 100_000; i++) {
            long value = random.nextLong(1L << (1 + random.nextInt(32)));
            int index = LatencyHistogram.index(value);
            long upper = LatencyHistogram.upperMicros(index);
            assertThat(upper).as("seed %d value %d", seed, value).isGreaterThanOrEqualTo(value);
            assertThat(upper - value).isLessThanOrEqualTo(value / 8);
            assertThat(LatencyHistogram.index(upper)).isEqualTo(index);
            assertThat(LatencyHistogram.index(upper + 1)).isEqualTo(index + 1);
        }
    }

    @Test
    void timestampsAreThoseOfTheCalendar() {
        Timestamp timestamp = new Timestamp();
        long seed = 6;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 20_000; i++) {
            long seconds = random.nextLong(9_000_000_000L);
            byte[] target = new byte[27];
            assertThat(timestamp.write(seconds * 1_000_000_000L + 123_456_000, target, 0))
                    .isEqualTo(target.length);
            String expected = Instant.ofEpochSecond(seconds, 123_456_000).toString();
            assertThat(new String(target, StandardCharsets.US_ASCII)).isEqualTo(expected);
        }
    }

    /** The steady state of noting a request allocates nothing. */
    @Test
    void notingARequestAllocatesNothing() throws IOException {
        WritableByteChannel nowhere =
                new WritableByteChannel() {
                    @Override
                    public int write(ByteBuffer source) {
                        int n = source.remaining();
                        source.position(source.limit());
                        return n;
                    }

                    @Override
                    public boolean isOpen() {
                        return true;
                    }

                    @Override
                    public void close() {}
                };
        try (AccessLog log = new AccessLog(AccessLog.Format.JSON, nowhere)) {
            Requests requests = on(Requests.observer(log.channel()));
            requests.serveMany(RequestRecords.ROWS + 1);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            ServiceMeter service = requests.observer.service("default", "shop");
            EndpointMeter endpoint = service.endpoint("shop-1.80");
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                requests.serve(service, endpoint, i);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated / 10_000).isZero();
        }
    }
}
