package io.evenkeel.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AllocationTest {
    private static final int ROUNDS = 10_000;

    private static ByteBuffer direct(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
    }

    /** Scanning, decoding, editing and answering in the steady state allocate nothing. */
    @Test
    void aMessageAllocatesNothing() {
        ByteBuffer request =
                direct(
                        "POST /a/b?c HTTP/1.1\r\nHost: shop.example\r\nConnection: keep-alive, x\r\nX: y\r\n"
                                + "X-Forwarded-For: 192.0.2.1, 10.0.0.2\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nT: x\r\n\r\n");
        ByteBuffer reply =
                direct(
                        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nServer: x\r\nKeep-Alive: 5\r\n\r\n");
        ByteBuffer out = ByteBuffer.allocateDirect(4096);
        RequestHead requestHead = new RequestHead();
        ResponseHead replyHead = new ResponseHead();
        ChunkedDecoder decoder = new ChunkedDecoder();
        HeadEditor editor = new HeadEditor("test");
        ForwardingChain chain = new ForwardingChain(HeadEditorTest.RULES);
        byte[] id = "0a0b0c0d-01-00000042".getBytes(StandardCharsets.US_ASCII);
        byte[] reason = "upstream.wait.timeout".getBytes(StandardCharsets.US_ASCII);
        byte[] nothing = {};
        LineEdits lines = LineEdits.of("X: z\r\n", new byte[] {'x'});
        HeadEdits edits = new HeadEdits(PathPrefix.of("/a", "/c/d"), lines, lines);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        for (int round = 0; round < 2 * ROUNDS; round++) {
            if (round == ROUNDS) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            requestHead.reset();
            int head = requestHead.scan(request, 0, request.capacity(), Limits.DEFAULT);
            decoder.reset();
            int end = decoder.advance(request, head, request.capacity(), Limits.DEFAULT);
            chain.follow(requestHead, request, true);
            editor.request(
                    requestHead,
                    request,
                    HeadEditorTest.TRUSTED,
                    chain,
                    id,
                    id,
                    edits,
                    false,
                    out.clear());
            replyHead.reset(Method.POST);
            int length = replyHead.scan(reply, 0, reply.capacity(), Limits.DEFAULT);
            editor.response(
                    replyHead,
                    reply,
                    Persistence.KEEP_ALIVE,
                    false,
                    id,
                    lines,
                    nothing,
                    out.clear());
            int answer =
                    ErrorResponses.write(
                            504, reason, nothing, id, 0, Persistence.CLOSE, false, out.clear());
            if (end != request.capacity() || length != reply.capacity() || answer < 0) {
                throw new AssertionError("not the messages meant");
            }
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated / ROUNDS).isZero();
    }
}
