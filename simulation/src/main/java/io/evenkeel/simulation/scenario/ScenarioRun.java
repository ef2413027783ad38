package io.evenkeel.simulation.scenario;

import io.evenkeel.gateway.proxy.ServicePolicy;
import io.evenkeel.kernel.balancing.Algorithm;
import io.evenkeel.kernel.observe.ServiceTraffic;
import io.evenkeel.simulation.cast.Answer;
import io.evenkeel.simulation.cast.Load;
import io.evenkeel.simulation.cast.SimBackend;
import io.evenkeel.simulation.cast.SimClient;
import io.evenkeel.simulation.net.NetworkOptions;
import io.evenkeel.simulation.stage.Member;
import io.evenkeel.simulation.stage.QueueAccess;
import io.evenkeel.simulation.stage.Stage;
import io.evenkeel.simulation.stage.Tally;
import io.evenkeel.simulation.stage.Watcher;
import io.evenkeel.simulation.time.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One scenario under one policy from one seed. */
public final class ScenarioRun {
    private static final long SECOND = 1_000_000_000L;
    private static final int CLIENTS = 60;
    private static final long CLIENT_TIMEOUT_NANOS = 30 * SECOND;

    private ScenarioRun() {}

    /**
     * What came of a run.
     *
     * @param requests asked after the warm-up
     * @param successPercent replies of 2xx and 3xx among them
     * @param p50Nanos median latency of the successes
     * @param p99Nanos 99th percentile of it
     * @param retries attempts beyond the first, of all requests from the start
     * @param asked requests from the start
     * @param requestSkew greatest over mean rate of picks per endpoint
     * @param outstandingSkew greatest over mean of outstanding requests, averaged over time
     * @param watched the scenario's own figure
     */
    public record Result(
            long requests,
            double successPercent,
            long p50Nanos,
            long p99Nanos,
            long retries,
            long asked,
            double requestSkew,
            double outstandingSkew,
            String watched) {
        /** Retries per hundred requests. */
        public double retryPercent() {
            return asked == 0 ? 0 : 100.0 * retries / asked;
        }
    }

    /**
     * Runs.
     *
     * @param seconds the length, at least 1; the first twentieth is warm-up
     * @param log told of every answer, one line each, in order
     * @param watchers that see every operation on the queue
     */
    public static Result run(
            Scenario scenario,
            Algorithm algorithm,
            Seed seed,
            int seconds,
            Consumer<String> log,
            List<Watcher> watchers) {
        long length = seconds * SECOND;
        Stage stage =
                new Stage(
                        seed,
                        NetworkOptions.QUIET,
                        scenario.balancing().with(algorithm),
                        scenario.outliers(),
                        ServicePolicy.DEFAULT,
                        QueueAccess::new);
        watchers.forEach(stage.service()::watch);
        Tally tally = new Tally(stage, length / 20);
        Consumer<Answer> answers =
                answer -> {
                    tally.answered(answer);
                    log.accept(line(stage, answer));
                };
        for (int i = 0; i < CLIENTS; i++) {
            stage.client(CLIENT_TIMEOUT_NANOS, answers);
        }
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < scenario.endpoints(); i++) {
            int number = i;
            SimBackend backend = stage.backend("backend-" + i, scenario.behaviour());
            members.add(stage.join(backend, settings -> Scenario.at(settings, number)));
        }
        Scenario.Watch watch = scenario.script().plan(stage, members, length);
        new Load(
                        stage.queue(),
                        seed.generator("load"),
                        stage.clients(),
                        Stage.SERVICE,
                        true,
                        now -> scenario.rate().perSecond(now, length),
                        length)
                .start();
        stage.queue().runUntil(length);
        String watched = watch.read();
        double requestSkew = tally.requestSkew();
        double outstandingSkew = tally.outstandingSkew();
        stage.queue().runFor(CLIENT_TIMEOUT_NANOS + SECOND);
        stage.end();
        return new Result(
                tally.requests(),
                tally.successPercent(),
                tally.successNanos(0.5),
                tally.successNanos(0.99),
                stage.view().services().stream().mapToLong(ServiceTraffic::retries).sum(),
                stage.clients().stream().mapToLong(SimClient::asked).sum(),
                requestSkew,
                outstandingSkew,
                watched);
    }

    private static String line(Stage stage, Answer answer) {
        return stage.queue().nowNanos()
                + " "
                + answer.number()
                + " "
                + answer.status()
                + " "
                + answer.endpoint()
                + " "
                + answer.ending()
                + " "
                + answer.nanos();
    }
}
