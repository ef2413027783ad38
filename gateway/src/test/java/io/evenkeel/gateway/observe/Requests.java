package io.evenkeel.gateway.observe;

import io.evenkeel.gateway.http1.Limits;
import io.evenkeel.gateway.http1.RequestHead;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Ended requests as the proxy would note them. */
final class Requests {
    static final RequestIds IDS = new RequestIds(0x0a0b0c0d);

    /** 2026-01-02T03:04:05.678901Z at the loop's nanosecond 0. */
    static final long WALL_OFFSET = 1_767_323_045_678_901_000L;

    private static final byte[] CLIENT = "127.0.0.1".getBytes(StandardCharsets.US_ASCII);

    final LoopObserver observer;
    final RequestTrace trace = new RequestTrace();
    private final RequestHead head = new RequestHead();
    private final ByteBuffer source;

    Requests(LoopObserver observer, String... lines) {
        this.observer = observer;
        String text = String.join("\r\n", lines) + "\r\n\r\n";
        this.source = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        if (head.scan(source, 0, source.capacity(), Limits.DEFAULT) <= 0) {
            throw new AssertionError("not a good head: " + text);
        }
    }

    static LoopObserver observer(AccessLog.Channel log) {
        return new LoopObserver(1, IDS, WALL_OFFSET, log);
    }

    /** Serves one request in 5 ms that begins then. */
    void serve(ServiceMeter service, EndpointMeter endpoint, long nowNanos) {
        begin(service, endpoint, nowNanos);
        end(TerminationReason.COMPLETE, 200, nowNanos + 5_000_000);
    }

    void begin(ServiceMeter service, EndpointMeter endpoint, long nowNanos) {
        observer.begin(trace, nowNanos);
        trace.client(CLIENT);
        trace.head(head, source, true, nowNanos + 1_000_000);
        trace.routed(service);
        trace.picked(endpoint, 77, 3, 0, true, nowNanos + 2_000_000);
        trace.sent(nowNanos + 3_000_000);
        trace.firstByte(nowNanos + 4_000_000);
        trace.requestBytes(10);
        trace.responseBytes(20);
    }

    void end(TerminationReason reason, int status, long nowNanos) {
        observer.end(trace, reason, status, nowNanos);
    }

    /** Serves requests one nanosecond apart. */
    void serveMany(int count) {
        ServiceMeter service = observer.service("default", "shop");
        EndpointMeter endpoint = service.endpoint("shop-1.80");
        for (int i = 0; i < count; i++) {
            serve(service, endpoint, i);
        }
    }

    String id() {
        return new String(trace.id(), StandardCharsets.US_ASCII);
    }
}
