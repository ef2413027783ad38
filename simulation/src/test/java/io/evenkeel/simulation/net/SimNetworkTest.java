package io.evenkeel.simulation.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import io.evenkeel.gateway.net.LoopStats;
import io.evenkeel.gateway.net.Timer;
import io.evenkeel.simulation.time.EventQueue;
import io.evenkeel.simulation.time.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SimNetworkTest {
    private static final long SECOND = 1_000_000_000L;

    private final EventQueue queue = new EventQueue();
    private SimNetwork network = network(NetworkOptions.QUIET, 1);
    private SimProcess server = network.process("server");
    private SimProcess client = network.process("client");
    private final List<Peer> accepted = new ArrayList<>();

    private SimNetwork network(NetworkOptions options, long seed) {
        return new SimNetwork(queue, new Seed(seed).generator("network"), options);
    }

    private void with(NetworkOptions options, long seed) {
        network = network(options, seed);
        server = network.process("server");
        client = network.process("client");
    }

    private void listen(ListenOptions options) {
        ListenResult result =
                server.loop()
                        .listen(
                                server.at(80),
                                options,
                                connection -> {
                                    Peer peer = new Peer(100).claim(connection);
                                    accepted.add(peer);
                                    return peer;
                                });
        assertThat(result).isInstanceOf(ListenResult.Listening.class);
    }

    private Peer connected() {
        listen(ListenOptions.DEFAULT);
        Peer peer = Peer.connect(client.loop(), server.at(80));
        queue.runFor(SECOND);
        assertThat(peer.events).containsExactly("connected");
        return peer;
    }

    @Test
    void bytesArriveAfterTheLatency() {
        Peer peer = connected();
        long sentAt = queue.nowNanos();
        peer.send("hello");

        queue.runUntil(sentAt + NetworkOptions.QUIET.latencyNanos() - 1);
        assertThat(accepted.getFirst().text()).isEmpty();
        queue.runFor(1000);
        assertThat(accepted.getFirst().text()).isEqualTo("hello");
    }

    @Test
    void everyByteArrivesInOrderOverATornNetworkForEverySeed() {
        for (long seed = 1; seed <= 20; seed++) {
            accepted.clear();
            with(NetworkOptions.TORN, seed);
            listen(ListenOptions.DEFAULT);
            byte[] there = random(seed, 50_000);
            byte[] back = random(-seed, 30_000);
            Peer peer = Peer.connect(client.loop(), server.at(80));
            peer.send(there, true);
            queue.runFor(SECOND / 1000);
            Peer other = accepted.getFirst();
            other.send(back, true);
            queue.runFor(60 * SECOND);

            assertThat(other.received.toByteArray()).as("seed %d", seed).isEqualTo(there);
            assertThat(peer.received.toByteArray()).as("seed %d", seed).isEqualTo(back);
            assertThat(other.events).as("seed %d", seed).contains("end");
            assertThat(peer.events).as("seed %d", seed).contains("end");
        }
    }

    @Test
    void nobodyListeningIsRefused() {
        Peer peer = Peer.connect(client.loop(), server.at(81));
        queue.runFor(SECOND);

        assertThat(peer.events).containsExactly("failed REFUSED");
    }

    @Test
    void aFullBacklogDelaysAConnectionUntilItIsAccepted() {
        List<Peer> peers = new ArrayList<>();
        listen(new ListenOptions(1, false));
        server.pause();
        for (int i = 0; i < 3; i++) {
            peers.add(Peer.connect(client.loop(), server.at(80)));
        }
        queue.runFor(SECOND / 2);
        assertThat(peers.stream().filter(p -> p.events.contains("connected"))).hasSize(1);

        server.resume();
        queue.runFor(3 * SECOND);
        assertThat(peers.stream().filter(p -> p.events.contains("connected"))).hasSize(3);
    }

    @Test
    void aResetReachesThePeerAsAFailure() {
        Peer peer = connected();
        accepted.getFirst().connection().reset();
        queue.runFor(SECOND);

        assertThat(peer.events.getLast()).isEqualTo("failed RESET");
    }

    @Test
    void aCloseWithUnreadBytesResets() {
        Peer peer = connected();
        accepted.getFirst().reading = false;
        peer.send("unread");
        queue.runFor(SECOND);
        accepted.getFirst().connection().close();
        queue.runFor(SECOND);

        assertThat(peer.events.getLast()).isEqualTo("failed RESET");
    }

    @Test
    void bytesForAClosedConnectionAreAnsweredByAReset() {
        Peer peer = connected();
        accepted.getFirst().connection().close();
        queue.runFor(SECOND);
        assertThat(peer.events.getLast()).isEqualTo("end");

        peer.send("too late");
        queue.runFor(SECOND);
        peer.send("and again");
        assertThat(peer.events.getLast()).isEqualTo("failed RESET");
    }

    @Test
    void halfACloseLeavesTheOtherDirectionOpen() {
        Peer peer = connected();
        peer.send("question".getBytes(java.nio.charset.StandardCharsets.US_ASCII), true);
        queue.runFor(SECOND);
        assertThat(accepted.getFirst().events.getLast()).isEqualTo("end");

        accepted.getFirst().send("answer");
        queue.runFor(SECOND);
        assertThat(peer.text()).isEqualTo("answer");
    }

    @Test
    void aWriterWaitsForAReaderThatStopped() {
        Peer peer = connected();
        accepted.getFirst().reading = false;
        byte[] much = random(3, 3 * NetworkOptions.QUIET.bufferBytes());
        peer.send(much, false);
        queue.runFor(10 * SECOND);
        assertThat(peer.events).doesNotContain("writable");

        accepted.getFirst().readOn();
        queue.runFor(10 * SECOND);
        assertThat(accepted.getFirst().received.toByteArray()).isEqualTo(much);
    }

    @Test
    void whatAPausedProcessMissedIsThereWhenItResumes() {
        listen(ListenOptions.DEFAULT);
        server.pause();
        Peer peer = Peer.connect(client.loop(), server.at(80));
        peer.send("while you slept");
        queue.runFor(5 * SECOND);
        assertThat(peer.events).containsExactly("connected");
        assertThat(accepted).isEmpty();

        server.resume();
        queue.runFor(SECOND);
        assertThat(accepted.getFirst().text()).isEqualTo("while you slept");
    }

    @Test
    void aLoopKeptFromRunningDoesNotCountTheTimeAsAttended() {
        SimLoop loop = server.loop();
        List<Long> fired = new ArrayList<>();
        loop.schedule(new Timer(fired::add), SECOND);
        queue.runFor(SECOND / 2);
        server.pause();
        queue.runFor(5 * SECOND);
        server.resume();
        queue.runFor(SECOND);

        assertThat(fired).containsExactly(5 * SECOND + SECOND / 2);
        assertThat(loop.attendedNanos())
                .isBetween(2 * SECOND - SECOND / 10, 2 * SECOND + SECOND / 10);
        assertThat(loop.stats().lostNanos()).isGreaterThan(4 * SECOND);
        assertThat(LoopStats.PUNCTUAL_NANOS).isLessThan(SECOND);
    }

    @Test
    void aKilledProcessEndsItsConnectionsAndRefusesNewOnes() {
        Peer peer = connected();
        server.kill();
        Peer late = Peer.connect(client.loop(), server.at(80));
        queue.runFor(SECOND);

        assertThat(peer.events.getLast()).isEqualTo("end");
        assertThat(late.events).containsExactly("failed REFUSED");
    }

    @Test
    void aCutLinkDeliversNothingUntilItHeals() {
        Peer peer = connected();
        server.cut(client);
        peer.send("held up");
        queue.runFor(10 * SECOND);
        assertThat(accepted.getFirst().text()).isEmpty();

        server.heal(client);
        queue.runFor(SECOND);
        assertThat(accepted.getFirst().text()).isEqualTo("held up");
    }

    @Test
    void aLostPeerIsNoticedOnlyWhenTheNetworkGivesUp() {
        Peer peer = connected();
        server.lose();
        peer.send("anybody?");
        queue.runFor(NetworkOptions.QUIET.giveUpNanos() / 2);
        assertThat(peer.events).containsExactly("connected");

        queue.runFor(NetworkOptions.QUIET.giveUpNanos());
        assertThat(peer.events.getLast()).isEqualTo("failed TIMED_OUT");
    }

    private static byte[] random(long seed, int size) {
        RandomGenerator random = new Seed(seed).generator("content");
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }
}
