package io.evenkeel.app.link;

import io.evenkeel.gateway.link.LinkLoss;
import io.evenkeel.gateway.link.LinkObserver;
import io.evenkeel.gateway.link.LinkPorts;
import io.evenkeel.gateway.link.LinkServer;
import io.evenkeel.gateway.link.LinkSettings;
import io.evenkeel.gateway.net.EventLoop;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import io.evenkeel.gateway.net.nio.NioLoop;
import io.evenkeel.kernel.registry.Admission;
import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.kernel.registry.Presence;
import io.evenkeel.kernel.registry.Registration;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.link.LinkMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A gateway's link side on loops of its own, over an admission and a data plane that remember. */
final class LinkRig implements AutoCloseable, Admission, Presence, LinkObserver {
    final List<EventLoop> loops;
    final LinkServer server;
    final InetSocketAddress address;

    // Changed under this, whose monitor is notified; read by anybody.
    final ConcurrentSkipListMap<EndpointKey, Long> present = new ConcurrentSkipListMap<>();
    final ConcurrentSkipListMap<EndpointKey, LinkMessage.Report> reports =
            new ConcurrentSkipListMap<>();
    final ConcurrentSkipListMap<EndpointKey, Boolean> draining = new ConcurrentSkipListMap<>();
    final List<Registration> admissions = new CopyOnWriteArrayList<>();
    final List<String> events = new CopyOnWriteArrayList<>();
    private final Map<EndpointKey, String> incarnations = new HashMap<>();
    private final Map<EndpointKey, Long> epochs = new HashMap<>();
    private final TreeMap<EndpointKey, Integer> outstanding = new TreeMap<>();
    private long revision;
    private boolean answers = true;
    private volatile List<String> named = List.of();

    LinkRig(LinkSettings settings) {
        this(settings, 0);
    }

    LinkRig(LinkSettings settings, int port) {
        this(settings, List.of(new NioLoop("link-rig")), port);
    }

    /** The same on these loops, which are not started. */
    LinkRig(LinkSettings settings, List<EventLoop> loops, int port) {
        this.loops = loops;
        server = new LinkServer(settings, new LinkPorts(this, this, this, this::self));
        ListenOptions options = new ListenOptions(4096, loops.size() > 1);
        InetSocketAddress bound = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        for (EventLoop loop : loops) {
            bound =
                    switch (server.listen(loop, bound, options)) {
                        case ListenResult.Listening listening -> listening.listener().local();
                        case ListenResult.Refused refused ->
                                throw new IllegalStateException(refused.message());
                    };
        }
        address = bound;
        loops.forEach(EventLoop::start);
    }

    private List<String> self() {
        List<String> all = new ArrayList<>(List.of(gateway()));
        named.stream().filter(other -> !other.equals(gateway())).forEach(all::add);
        return all;
    }

    /** Names these gateways from now on, itself first whether it is among them or not. */
    void names(List<String> gateways) {
        named = List.copyOf(gateways);
        server.peersChanged();
    }

    /** Its address as links are configured. */
    String gateway() {
        return "127.0.0.1:" + address.getPort();
    }

    static EndpointKey key(String name) {
        return new EndpointKey("default", name);
    }

    /** Answers no registration from now on. */
    synchronized void stall() {
        answers = false;
    }

    synchronized void outstanding(String endpoint, int count) {
        outstanding.put(key(endpoint), count);
    }

    @Override
    public void admit(Registration r, Consumer<AdmissionReply> reply) {
        synchronized (this) {
            if (!answers) {
                return;
            }
            admissions.add(r);
            EndpointKey key = key(r.endpoint().isEmpty() ? r.workload() : r.endpoint());
            if (!r.incarnation().equals(incarnations.put(key, r.incarnation()))) {
                epochs.put(key, ++revision);
            }
            reply.accept(new AdmissionReply.Admitted(key, epochs.getOrDefault(key, 0L)));
        }
    }

    @Override
    public synchronized void leave(EndpointKey endpoint, long epoch, String reason) {
        note("leave " + endpoint.name());
    }

    // Presence and observer share these two; what is published is what was observed.
    @Override
    public void present(EndpointKey endpoint, long epoch) {
        synchronized (this) {
            present.put(endpoint, epoch);
            notifyAll();
        }
    }

    @Override
    public void absent(EndpointKey endpoint, long epoch) {}

    @Override
    public void released(EndpointKey endpoint, long epoch) {}

    @Override
    public void absent(EndpointKey endpoint, long epoch, LinkLoss loss) {
        synchronized (this) {
            present.remove(endpoint, epoch);
            note("absent " + endpoint.name() + " " + loss);
        }
    }

    @Override
    public synchronized void draining(EndpointKey endpoint, long epoch, boolean drains) {
        draining.put(endpoint, drains);
        notifyAll();
    }

    @Override
    public synchronized void reported(EndpointKey endpoint, long epoch, LinkMessage.Report report) {
        reports.put(endpoint, report);
        notifyAll();
    }

    @Override
    public synchronized int outstanding(EndpointKey endpoint, long epoch) {
        return outstanding.getOrDefault(endpoint, 0);
    }

    private synchronized void note(String event) {
        events.add(event);
        notifyAll();
    }

    /**
     * Waits until the condition holds, looking at every change. Asked without a lock: it may ask
     * the server, which tells of changes under a lock of its own.
     */
    void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("not within 20 s: " + what + "; events " + events);
            }
            // The links' own state changes without a word to us.
            synchronized (this) {
                wait(Math.min(left, 20));
            }
        }
    }

    /** Keeps the loop from running until the latch opens. */
    void hold(CountDownLatch until) {
        boolean taken =
                loops.getFirst()
                        .execute(() -> {
                            try {
                                until.await();
                            } catch (InterruptedException interrupted) {
                                Thread.currentThread().interrupt();
                            }
                        });
        if (!taken) {
            throw new IllegalStateException("the loop takes no task");
        }
    }

    @Override
    public void close() {
        loops.forEach(EventLoop::close);
    }

    /**
     * A connection by hand that registers; what is answered is left unread.
     *
     * @param body the registration as JSON, with single quotes
     */
    Socket dialByHand(String body) throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(
                        ("GET /link HTTP/1.1\r\nHost: gw\r\nConnection: Upgrade\r\n"
                                        + "Upgrade: evenkeel-link/1\r\nContent-Length: "
                                        + body.length()
                                        + "\r\n\r\n"
                                        + body.replace('\'', '"'))
                                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
