package io.evenkeel.simulation.cast;

import io.evenkeel.simulation.net.SimLoop;
import io.evenkeel.simulation.net.SimNetwork;
import io.evenkeel.simulation.net.SimProcess;
import io.evenkeel.simulation.time.EventQueue;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client that keeps connections alive and never repeats a request. Each request carries a number;
 * the reply must carry the same.
 */
public final class SimClient {
    private static final int MOST_IDLE = 512;

    private final EventQueue queue;
    private final SimLoop loop;
    private final SimProcess process;
    private final InetSocketAddress gateway;
    private final long timeoutNanos;
    private final Consumer<Answer> answers;
    private final ArrayDeque<ClientWire> idle = new ArrayDeque<>();
    private long asked;
    private long answered;

    /**
     * A client that has asked nothing yet.
     *
     * @param gateway whom it asks
     * @param timeoutNanos after which it gives up
     * @param answers told of every request's end, exactly once
     */
    public SimClient(
            EventQueue queue,
            SimNetwork network,
            String name,
            InetSocketAddress gateway,
            long timeoutNanos,
            Consumer<Answer> answers) {
        this.queue = queue;
        this.process = network.process(name);
        this.loop = process.loop();
        this.gateway = gateway;
        this.timeoutNanos = timeoutNanos;
        this.answers = answers;
    }

    /** Requests asked so far. */
    public long asked() {
        return asked;
    }

    /** Requests that have ended so far. */
    public long answered() {
        return answered;
    }

    /** Where it runs. */
    public SimProcess process() {
        return process;
    }

    /**
     * Asks.
     *
     * @param method any method; with bytes of body, or 0 for none
     * @param host the service that the request is for
     * @param chunkBytes the size of the chunks the body is sent in; 0 = with a Content-Length
     */
    public void ask(String method, String host, int bodyBytes, int chunkBytes) {
        long number = asked++;
        byte[] bytes = request(method, host, number, bodyBytes, chunkBytes);
        loop.execute(() -> {
            ClientWire wire = takeIdle();
            if (wire == null) {
                wire = new ClientWire();
                wire.attach(loop.connect(gateway, wire), false);
            }
            wire.ask(number, method, bytes);
        });
    }

    /** Asks for a page. */
    public void get(String host) {
        ask("GET", host, 0, 0);
    }

    private @Nullable ClientWire takeIdle() {
        for (ClientWire wire = idle.pollLast(); wire != null; wire = idle.pollLast()) {
            if (wire.isOpen()) {
                return wire;
            }
        }
        return null;
    }

    private static byte[] request(
            String method, String host, long number, int bodyBytes, int chunkBytes) {
        StringBuilder head = new StringBuilder(128);
        head.append(method).append(" /").append(number).append(" HTTP/1.1\r\nHost: ").append(host);
        head.append("\r\nX-Number: ").append(number).append("\r\nX-Body: ").append(bodyBytes);
        byte[] body = Content.of(number, bodyBytes);
        if (chunkBytes > 0) {
            head.append("\r\nTransfer-Encoding: chunked\r\n\r\n");
            byte[] all = ascii(head.toString());
            for (int at = 0; at < body.length; at += chunkBytes) {
                int size = Math.min(chunkBytes, body.length - at);
                all = Content.join(all, ascii(Integer.toHexString(size) + "\r\n"));
                all = Content.join(all, Arrays.copyOfRange(body, at, at + size));
                all = Content.join(all, ascii("\r\n"));
            }
            return Content.join(all, ascii("0\r\n\r\n"));
        }
        if (bodyBytes > 0) {
            head.append("\r\nContent-Length: ").append(bodyBytes);
        }
        return Content.join(ascii(head.append("\r\n\r\n").toString()), body);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** One connection; asks one request at a time. */
    private final class ClientWire extends Wire {
        private long number = -1;
        private long askedNanos;
        private EventQueue.@Nullable Event giveUp;

        ClientWire() {
            super(true);
        }

        void ask(long next, String method, byte[] request) {
            number = next;
            askedNanos = queue.nowNanos();
            giveUp = queue.after(timeoutNanos, () -> end(Answer.Ending.TIMED_OUT, null));
            reader().expectHeadOnly(method.equals("HEAD"));
            send(request);
        }

        @Override
        void received(HttpReader.Message reply) {
            if (number < 0) {
                connection().close();
                return;
            }
            String carried = reply.header("x-number");
            boolean fromEndpoint = reply.header("x-endpoint") != null;
            boolean right =
                    !fromEndpoint
                            || (Long.toString(number).equals(carried)
                                    && "true".equals(reply.header("x-whole"))
                                    && Content.matches(carried, reply.body()));
            end(right ? Answer.Ending.REPLIED : Answer.Ending.WRONG, reply);
        }

        @Override
        void over(boolean inOrder) {
            if (number >= 0) {
                end(Answer.Ending.BROKEN, null);
            } else {
                connection().close();
            }
        }

        private void end(Answer.Ending ending, HttpReader.@Nullable Message reply) {
            if (number < 0) {
                return;
            }
            if (giveUp != null) {
                giveUp.cancel();
            }
            String endpoint = reply == null ? null : reply.header("x-endpoint");
            Answer answer =
                    new Answer(
                            number,
                            askedNanos,
                            queue.nowNanos() - askedNanos,
                            reply == null ? 0 : reply.status(),
                            endpoint == null ? "" : endpoint,
                            ending);
            number = -1;
            answered++;
            boolean keep =
                    ending == Answer.Ending.REPLIED
                            && reply != null
                            && !"close".equals(reply.header("connection"))
                            && idle.size() < MOST_IDLE;
            if (keep) {
                idle.addLast(this);
            } else {
                connection().close();
            }
            answers.accept(answer);
        }
    }
}
