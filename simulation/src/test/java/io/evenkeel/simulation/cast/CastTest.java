package io.evenkeel.simulation.cast;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.simulation.net.NetworkOptions;
import io.evenkeel.simulation.net.SimNetwork;
import io.evenkeel.simulation.time.EventQueue;
import io.evenkeel.simulation.time.Seed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients and backends without a gateway between them: what they report is the network's doing. */
class CastTest {
    private static final long MILLI = 1_000_000L;

    private final EventQueue queue = new EventQueue();
    private final List<Answer> answers = new ArrayList<>();
    private Seed seed = new Seed(1);
    private SimNetwork network =
            new SimNetwork(queue, seed.generator("network"), NetworkOptions.QUIET);

    private SimBackend backend(Behaviour behaviour) {
        return new SimBackend(queue, network, seed, "a", behaviour);
    }

    private SimClient client(SimBackend backend) {
        return new SimClient(
                queue, network, "client", backend.address(), 1000 * MILLI, answers::add);
    }

    @Test
    void aRequestTakesFourTransitsAndTheServiceTime() {
        SimClient client = client(backend(new Behaviour(5 * MILLI, false, 1, 0, 0, 500, 0, 10, 0)));
        client.get("a");
        queue.runFor(100 * MILLI);

        Answer answer = answers.getFirst();
        assertThat(answer.isSuccess()).isTrue();
        assertThat(answer.endpoint()).isEqualTo("a");
        assertThat(answer.nanos()).isBetween(5 * MILLI + 200_000, 5 * MILLI + 201_000);
    }

    @Test
    void workersQueueAndLimitAreKept() {
        SimBackend backend = backend(new Behaviour(10 * MILLI, false, 1, 1, 0, 500, 0, 10, 0));
        SimClient client = client(backend);
        for (int i = 0; i < 3; i++) {
            client.get("a");
        }
        queue.runFor(5 * MILLI);
        assertThat(backend.inFlight()).isEqualTo(2);
        queue.runFor(100 * MILLI);

        assertThat(answers).extracting(Answer::status).containsExactly(503, 200, 200);
        assertThat(answers.get(2).nanos()).isGreaterThan(20 * MILLI);
    }

    @Test
    void bodiesOfEveryFramingArriveWholeOverATornNetworkForEverySeed() {
        for (int i = 1; i <= 10; i++) {
            answers.clear();
            seed = new Seed(i);
            network = new SimNetwork(queue, seed.generator("network"), NetworkOptions.TORN);
            SimClient client = client(backend(Behaviour.healthy(MILLI, 0).withBody(3000)));
            client.ask("GET", "a", 0, 0);
            client.ask("HEAD", "a", 0, 0);
            client.ask("POST", "a", 5000, 0);
            client.ask("POST", "a", 5000, 700);
            client.ask("POST", "a", 1, 1);
            queue.runFor(2000 * MILLI);

            assertThat(answers).as("seed %d", i).hasSize(5).allMatch(Answer::isSuccess, "succeeds");
        }
    }

    @Test
    void aCrashBreaksWhatIsUnderWayAndARestartServesAgain() {
        SimBackend backend = backend(new Behaviour(10 * MILLI, false, 1, 9, 0, 500, 0, 10, 0));
        SimClient client = client(backend);
        client.get("a");
        queue.runFor(5 * MILLI);
        backend.crash();
        queue.runFor(5 * MILLI);
        client.get("a");
        queue.runFor(5 * MILLI);
        backend.restart();
        client.get("a");
        queue.runFor(50 * MILLI);

        assertThat(answers)
                .extracting(Answer::ending)
                .containsExactly(Answer.Ending.BROKEN, Answer.Ending.BROKEN, Answer.Ending.REPLIED);
        assertThat(client.answered()).isEqualTo(client.asked());
    }

    @Test
    void aPauseDelaysAndLosesNothing() {
        SimBackend backend = backend(new Behaviour(10 * MILLI, false, 1, 9, 0, 500, 0, 10, 0));
        SimClient client = client(backend);
        client.get("a");
        queue.runFor(5 * MILLI);
        backend.pauseFor(200 * MILLI);
        queue.runFor(500 * MILLI);

        assertThat(answers.getFirst().isSuccess()).isTrue();
        assertThat(answers.getFirst().nanos()).isGreaterThan(200 * MILLI);
    }
}
