package io.evenkeel.simulation.cast;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import io.evenkeel.simulation.net.SimLoop;
import io.evenkeel.simulation.net.SimNetwork;
import io.evenkeel.simulation.net.SimProcess;
import io.evenkeel.simulation.time.EventQueue;
import io.evenkeel.simulation.time.Seed;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 server with a model of its work: workers, a queue, a distribution of service times,
 * and faults. It answers every request with the id of the endpoint and the number that the request
 * carried, so that a client can tell whose reply it holds.
 */
public final class SimBackend {
    /** What active checks ask for: answered at once, 503 while sick, and no request otherwise. */
    public static final String CHECK_PATH = "/check";

    /** The port that every backend serves on, at an address of its own. */
    public static final int PORT = 8080;

    private final EventQueue queue;
    private final SimNetwork network;
    private final String id;
    private final RandomGenerator random;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private SimProcess process;
    private SimLoop loop;
    private Behaviour behaviour;
    private int incarnation = 1;
    private int working;
    private int inFlight;
    private long requests;
    private boolean sick;
    private long goodChecks;
    private @Nullable Runnable onRequest;

    /** Starts a backend that listens at once. */
    public SimBackend(
            EventQueue queue, SimNetwork network, Seed seed, String id, Behaviour behaviour) {
        this.queue = queue;
        this.network = network;
        this.id = id;
        this.random = seed.generator("backend " + id);
        this.behaviour = behaviour;
        this.process = network.process(id);
        this.loop = process.loop();
        listen();
    }

    /** Endpoint id. */
    public String id() {
        return id;
    }

    /** Where it serves. */
    public InetSocketAddress address() {
        return process.at(PORT);
    }

    /** The process that serves now. */
    public SimProcess process() {
        return process;
    }

    /** How often it was started, from 1. */
    public int incarnation() {
        return incarnation;
    }

    /** Requests that have arrived and are not answered, queued ones included. */
    public int inFlight() {
        return inFlight;
    }

    /** Requests that have arrived since the first start. */
    public long requests() {
        return requests;
    }

    /** Whether it fails its active checks from now on; requests are answered as ever. */
    public void sick(boolean value) {
        sick = value;
    }

    /** Active checks that it has passed. */
    public long goodChecks() {
        return goodChecks;
    }

    /** Serves like this from the next request on. */
    public void behave(Behaviour next) {
        behaviour = next;
    }

    /** How it serves now. */
    public Behaviour behaviour() {
        return behaviour;
    }

    /** Something that wants to know of every request that arrives. */
    public void onRequest(Runnable listener) {
        onRequest = listener;
    }

    /** SIGKILL: what was under way is lost. */
    public void crash() {
        process.kill();
        incarnation++;
        waiting.clear();
        working = 0;
        inFlight = 0;
    }

    /** A new process at the old address. */
    public void restart() {
        process = network.restarted(process);
        loop = process.loop();
        listen();
    }

    /** Stands still for a while, as in a garbage collection; connections are still accepted. */
    public void pauseFor(long nanos) {
        SimProcess pausing = process;
        pausing.pause();
        queue.after(nanos, pausing::resume);
    }

    private void listen() {
        ListenResult result = loop.listen(address(), ListenOptions.DEFAULT, this::accepted);
        if (result instanceof ListenResult.Refused(String message)) {
            throw new IllegalStateException(message);
        }
    }

    private ServerWire accepted(Connection connection) {
        ServerWire wire = new ServerWire();
        wire.attach(connection, true);
        return wire;
    }

    private void arrived(ServerWire wire, HttpReader.Message request) {
        if (request.startLine().startsWith("GET " + CHECK_PATH + " ")) {
            goodChecks += sick ? 0 : 1;
            inFlight++;
            answer(wire, request, sick ? 503 : 200);
            return;
        }
        requests++;
        inFlight++;
        if (onRequest != null) {
            onRequest.run();
        }
        int mine = incarnation;
        if (chance(behaviour.failPermille())) {
            int status = behaviour.failStatus();
            later(behaviour.failNanos(), mine, () -> answer(wire, request, status));
        } else if (behaviour.workers() == 0 || working < behaviour.workers()) {
            work(wire, request, mine);
        } else if (waiting.size() < behaviour.queueLimit()) {
            waiting.add(() -> work(wire, request, mine));
        } else {
            answer(wire, request, 503);
        }
    }

    private void work(ServerWire wire, HttpReader.Message request, int mine) {
        working++;
        long mean = behaviour.serviceNanos();
        long nanos = behaviour.exponential() ? Seed.exponential(random, mean) : mean;
        later(
                nanos,
                mine,
                () -> {
                    working--;
                    answer(wire, request, 200);
                    Runnable next = waiting.poll();
                    if (next != null) {
                        next.run();
                    }
                });
    }

    /** Runs in a turn of the process: later than planned if it stands still, never if it died. */
    private void later(long nanos, int mine, Runnable action) {
        SimLoop then = loop;
        queue.after(
                nanos,
                () ->
                        then.execute(() -> {
                            if (incarnation == mine) {
                                action.run();
                            }
                        }));
    }

    private void answer(ServerWire wire, HttpReader.Message request, int status) {
        inFlight--;
        wire.answered();
        if (!wire.isOpen()) {
            return;
        }
        String number = request.header("x-number");
        byte[] body =
                Content.of(number == null ? 0 : Long.parseLong(number), behaviour.bodyBytes());
        String length = request.header("x-body");
        boolean whole = length == null || request.body().length == Integer.parseInt(length);
        String head =
                "HTTP/1.1 "
                        + status
                        + " Simulated\r\nContent-Length: "
                        + body.length
                        + "\r\nX-Endpoint: "
                        + id
                        + "\r\nX-Number: "
                        + number
                        + "\r\nX-Whole: "
                        + (whole && Content.matches(number, request.body()))
                        + "\r\n\r\n";
        byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
        boolean headOnly = request.startLine().startsWith("HEAD ");
        if (chance(behaviour.abortPermille())) {
            wire.send(Arrays.copyOf(bytes, random.nextInt(bytes.length)));
            wire.connection().reset();
            return;
        }
        wire.send(headOnly ? bytes : Content.join(bytes, body));
    }

    private boolean chance(int permille) {
        return permille > 0 && random.nextInt(1000) < permille;
    }

    /** A connection of the gateway's. Requests on it are answered one after the other. */
    private final class ServerWire extends Wire {
        private final ArrayDeque<HttpReader.Message> pipelined = new ArrayDeque<>();
        private boolean busy;

        ServerWire() {
            super(false);
        }

        @Override
        void received(HttpReader.Message message) {
            if (busy) {
                pipelined.add(message);
            } else {
                busy = true;
                arrived(this, message);
            }
        }

        void answered() {
            busy = false;
            HttpReader.Message next = pipelined.poll();
            if (next != null) {
                loop.execute(() -> received(next));
            }
        }

        @Override
        void over(boolean inOrder) {
            connection().close();
        }
    }
}
