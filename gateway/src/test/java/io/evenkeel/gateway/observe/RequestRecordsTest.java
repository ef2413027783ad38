package io.evenkeel.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.observe.RequestLookup;
import io.evenkeel.kernel.observe.RequestRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestRecordsTest {
    private final LoopObserver observer = Requests.observer(AccessLog.none());
    private final ServiceMeter service = observer.service("default", "shop");
    private final EndpointMeter endpoint = service.endpoint("shop-1.80");
    private final Requests requests =
            new Requests(
                    observer, "GET /a?b HTTP/1.1", "Host: shop.example", "X-Request-Id: theirs");

    private RequestLookup find(String id, Duration later) {
        return observer.records()
                .find(id, RequestIds.sequence(id), Requests.WALL_OFFSET + later.toNanos());
    }

    @Test
    void endedRequestIsFoundByItsIdWithAllThatWasNoted() {
        requests.serve(service, endpoint, 0);
        assertThat(requests.id()).isEqualTo("0a0b0c0d-01-00000000");
        assertThat(find(requests.id(), Duration.ZERO))
                .isEqualTo(
                        new RequestLookup.Held(
                                new RequestRecord(
                                        "0a0b0c0d-01-00000000",
                                        "theirs",
                                        1,
                                        Instant.parse("2026-01-02T03:04:05.678901Z"),
                                        "127.0.0.1",
                                        "GET",
                                        "shop.example/a?b",
                                        "default",
                                        "shop",
                                        "shop-1.80",
                                        77,
                                        1,
                                        3,
                                        0,
                                        true,
                                        200,
                                        "nobody",
                                        "complete",
                                        "complete",
                                        10,
                                        20,
                                        1000,
                                        2000,
                                        3000,
                                        4000,
                                        5000)));
    }

    @Test
    void requestUnderWayIsSaidToBeRunning() {
        requests.begin(service, endpoint, 0);
        assertThat(find(requests.id(), Duration.ZERO)).isInstanceOf(RequestLookup.Running.class);
    }

    @Test
    void idNeverGivenOutIsUnknown() {
        requests.serve(service, endpoint, 0);
        assertThat(find("0a0b0c0d-01-00000001", Duration.ZERO))
                .isInstanceOf(RequestLookup.Unknown.class);
    }

    @Test
    void theLast65536AreHeldAndOlderOnesAreNot() {
        requests.serveMany(RequestRecords.ROWS + 1);
        assertThat(find("0a0b0c0d-01-00000000", Duration.ZERO))
                .isInstanceOf(RequestLookup.NoLongerHeld.class);
        assertThat(find("0a0b0c0d-01-00000001", Duration.ZERO))
                .isInstanceOf(RequestLookup.Held.class);
        assertThat(find("0a0b0c0d-01-00010000", Duration.ZERO))
                .isInstanceOf(RequestLookup.Held.class);
    }

    @Test
    void failedRequestIsHeldForTenMinutesWhateverElseHappens() {
        requests.begin(service, endpoint, 0);
        String failed = requests.id();
        requests.end(TerminationReason.UPSTREAM_WAIT_TIMEOUT, 504, 1000);
        requests.serveMany(RequestRecords.ROWS + 1);
        assertThat(find(failed, Duration.ofMinutes(9))).isInstanceOf(RequestLookup.Held.class);
        assertThat(find(failed, Duration.ofMinutes(11)))
                .isInstanceOf(RequestLookup.NoLongerHeld.class);
    }

    @Test
    void requestThatOutlivesTheRingDoesNotHideAYoungerOne() {
        RequestTrace old = new RequestTrace();
        observer.begin(old, 0);
        requests.serveMany(RequestRecords.ROWS);
        String younger = requests.id();
        observer.end(old, TerminationReason.COMPLETE, 200, 10);
        assertThat(find(younger, Duration.ZERO)).isInstanceOf(RequestLookup.Held.class);
        assertThat(find("0a0b0c0d-01-00000000", Duration.ZERO))
                .isInstanceOf(RequestLookup.NoLongerHeld.class);
    }

    @Test
    void foreignIdFindsTheYoungestRequestThatBoreIt() {
        requests.serveMany(3);
        assertThat(observer.records().findForeign("theirs", Requests.WALL_OFFSET))
                .isInstanceOfSatisfying(
                        RequestLookup.Held.class,
                        held -> assertThat(held.record().id()).isEqualTo("0a0b0c0d-01-00000002"));
        assertThat(observer.records().findForeign("other", Requests.WALL_OFFSET)).isNull();
    }

    /** Rows that are overwritten while they are read must never come out mixed. */
    @Test
    void readerOnAnotherThreadNeverSeesAMixedRow() throws InterruptedException {
        RequestRecords records = new RequestRecords(1, Requests.IDS, 4, 4);
        AtomicLong last = new AtomicLong(-1);
        long most = 2_000_000;
        Thread writer =
                Thread.ofPlatform()
                        .start(() -> {
                            RequestTrace trace = new RequestTrace();
                            for (int i = 0; i < most; i++) {
                                records.begin(trace, 0);
                                long number = trace.sequence;
                                trace.score = number;
                                trace.requestBytes(number);
                                trace.responseBytes(number);
                                trace.end(TerminationReason.COMPLETE, 200, number * 1000);
                                records.write(trace, number);
                                last.set(number);
                            }
                        });
        long held = 0;
        for (long number = 0; number < most - 1; ) {
            number = Math.max(0, last.get());
            RequestLookup found = records.find("x", number, 0);
            if (found instanceof RequestLookup.Held(RequestRecord record)) {
                held++;
                assertThat(record.score()).isEqualTo(number);
                assertThat(record.requestBytes()).isEqualTo(number);
                assertThat(record.responseBytes()).isEqualTo(number);
                assertThat(record.endMicros()).isEqualTo(number);
            }
        }
        writer.join();
        assertThat(held).isPositive();
    }
}
