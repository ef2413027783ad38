package io.evenkeel.simulation.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.link.LinkLoss;
import io.evenkeel.gateway.link.LinkObserver;
import io.evenkeel.gateway.link.LinkPorts;
import io.evenkeel.gateway.link.LinkServer;
import io.evenkeel.gateway.link.LinkSettings;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.Timer;
import io.evenkeel.kernel.registry.Presence;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.simulation.net.NetworkOptions;
import io.evenkeel.simulation.net.SimLoop;
import io.evenkeel.simulation.net.SimNetwork;
import io.evenkeel.simulation.net.SimProcess;
import io.evenkeel.simulation.time.EventQueue;
import io.evenkeel.simulation.time.Seed;
import io.evenkeel.wire.link.LinkMessage;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The gateway's link server and the registry, with backends that dial over the simulated network.
 */
class LinkRunTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;

    private final EventQueue queue = new EventQueue();
    private final SimNetwork network =
            new SimNetwork(queue, new Seed(1).generator("network"), NetworkOptions.QUIET);
    private final Admitting admitting = new Admitting(queue, new Seed(1), 0);
    private final SimProcess gateway = network.process("gateway");
    private final List<String> log = new ArrayList<>();
    private final List<Dialler> diallers = new ArrayList<>();

    LinkRunTest() {
        LinkServer server =
                new LinkServer(
                        LinkSettings.defaults("gw"),
                        new LinkPorts(admitting.registry, new Quiet(), new Log(), List::of));
        server.listen(gateway.loop(), gateway.at(7081), ListenOptions.DEFAULT);
    }

    private void dial(int count) {
        for (int i = 0; i < count; i++) {
            diallers.add(new Dialler(network.process("backend-" + i), i));
        }
        queue.runFor(2 * SECOND);
        assertThat(log).hasSize(count).allMatch(line -> line.contains("present"));
        log.clear();
    }

    @Test
    void aGatewayStoppedForFiveSecondsEvictsNobody() {
        dial(20);
        gateway.pause();
        queue.runFor(5 * SECOND);
        gateway.resume();
        queue.runFor(10 * SECOND);

        assertThat(log).isEmpty();
    }

    @Test
    void aKilledBackendIsGoneWithinFiftyMilliseconds() {
        dial(3);
        long killed = queue.nowNanos();
        diallers.getFirst().process.kill();
        queue.runUntil(killed + 50 * MILLI);

        assertThat(log).singleElement().asString().contains("LOST");
    }

    @Test
    void aBackendThatFallsSilentIsGoneWithinThreeSecondsAndNoSooner() {
        dial(3);
        diallers.getFirst().process.pause();
        queue.runFor(LinkSettings.defaults("gw").missedMillis() * MILLI - SECOND);
        assertThat(log).isEmpty();
        queue.runFor(SECOND + 500 * MILLI);

        assertThat(log).singleElement().asString().contains("SILENT");
    }

    @Test
    void aMachineThatVanishesIsGoneWithinThreeSeconds() {
        dial(3);
        diallers.getFirst().process.lose();
        queue.runFor(3 * SECOND);

        assertThat(log).singleElement().asString().contains("SILENT");
    }

    private final class Log implements LinkObserver {
        @Override
        public void present(EndpointKey endpoint, long epoch) {
            log.add("present " + endpoint.name());
        }

        @Override
        public void absent(EndpointKey endpoint, long epoch, LinkLoss loss) {
            log.add("absent " + endpoint.name() + " " + loss);
        }

        @Override
        public void draining(EndpointKey endpoint, long epoch, boolean draining) {}

        @Override
        public void reported(EndpointKey endpoint, long epoch, LinkMessage.Report report) {}

        @Override
        public int outstanding(EndpointKey endpoint, long epoch) {
            return 0;
        }
    }

    private static final class Quiet implements Presence {
        @Override
        public void present(EndpointKey endpoint, long epoch) {}

        @Override
        public void absent(EndpointKey endpoint, long epoch) {}

        @Override
        public void released(EndpointKey endpoint, long epoch) {}
    }

    /** A backend's side of a link, from the document: it registers, and pings every second. */
    private final class Dialler implements ConnectionHandler {
        private final SimProcess process;
        private final SimLoop loop;
        private final Connection connection;
        private final String registration;
        private final Timer beat = new Timer(this::beat);
        private final ByteBuffer scratch = ByteBuffer.allocate(4096);
        private long pings;

        Dialler(SimProcess process, int number) {
            this.process = process;
            this.loop = process.loop();
            InetSocketAddress serves = process.at(8080);
            String body =
                    "{\"v\":1,\"service\":\"web\",\"workload\":\"vm-"
                            + number
                            + "\",\"address\":\""
                            + serves.getAddress().getHostAddress()
                            + ":8080\",\"incarnation\":\"i"
                            + number
                            + "\"}";
            registration =
                    "GET /link HTTP/1.1\r\nHost: gateway:7081\r\nConnection: Upgrade\r\n"
                            + "Upgrade: evenkeel-link/1\r\nContent-Type: application/json\r\n"
                            + "Content-Length: "
                            + body.length()
                            + "\r\n\r\n"
                            + body;
            this.connection = loop.connect(gateway.at(7081), this);
        }

        private void send(String text) {
            connection.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        }

        private void beat(long nowNanos) {
            send("{\"type\":\"ping\",\"n\":" + ++pings + "}\n");
            loop.schedule(beat, nowNanos + SECOND);
        }

        @Override
        public void onConnected() {
            send(registration);
            loop.schedule(beat, loop.nanos() + SECOND);
        }

        @Override
        public void onReadable() {
            // What the gateway says is of no interest here.
            int n = connection.read(scratch.clear());
            while (n > 0) {
                n = connection.read(scratch.clear());
            }
        }

        @Override
        public void onWritable() {}

        @Override
        public void onFailed() {
            connection.close();
        }
    }
}
