package io.evenkeel.simulation.fault;

import io.evenkeel.kernel.balancing.Algorithm;
import io.evenkeel.kernel.balancing.EndpointSettings;
import io.evenkeel.kernel.balancing.ServiceQueue;
import io.evenkeel.simulation.cast.Answer;
import io.evenkeel.simulation.cast.SimClient;
import io.evenkeel.simulation.invariant.CapsHold;
import io.evenkeel.simulation.invariant.DrainedGetNothingNew;
import io.evenkeel.simulation.invariant.EveryRequestEndsOnce;
import io.evenkeel.simulation.invariant.NewcomerIsNext;
import io.evenkeel.simulation.invariant.OnlyEligibleArePicked;
import io.evenkeel.simulation.invariant.OrderIsExact;
import io.evenkeel.simulation.invariant.OutstandingIsExact;
import io.evenkeel.simulation.stage.QueueAccess;
import io.evenkeel.simulation.stage.Stage;
import io.evenkeel.simulation.time.Seed;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * One random run under all checkers. It ends with every fault mended and every request over, and
 * throws {@link io.evenkeel.simulation.invariant.BrokenPromise} as soon as a promise is broken.
 */
public final class FaultRun {
    private static final long SECOND = 1_000_000_000L;

    /** Clients have given up, the gateway's limits have passed, idle connections are closed. */
    private static final long QUIET_NANOS = 150 * SECOND;

    private final Seed seed;
    private final FaultOptions options;
    private final Consumer<String> log;
    private final Stage stage;
    private final RandomGenerator random;
    private final EveryRequestEndsOnce endings;
    private final Faults faults;
    private long succeeded;
    private long failed;

    private FaultRun(
            Seed seed,
            FaultOptions options,
            Function<ServiceQueue, QueueAccess> access,
            Consumer<String> log) {
        this.seed = seed;
        this.options = options;
        this.log = log;
        stage =
                new Stage(
                        seed,
                        options.network(),
                        options.balancing(),
                        options.outliers(),
                        options.policy(),
                        access);
        random = seed.generator("requests");
        endings = new EveryRequestEndsOnce(stage);
        faults = new Faults(stage, options, this::line);
    }

    /**
     * What a run came to.
     *
     * @param succeeded requests answered 2xx or 3xx
     * @param failed all others
     * @param faults faults that were made
     * @param events events of the simulation
     */
    public record Result(long succeeded, long failed, long faults, long events) {}

    /** Runs with options drawn from the seed. */
    public static Result run(Seed seed, int seconds, Consumer<String> log) {
        return run(seed, FaultOptions.drawn(seed, seconds), QueueAccess::new, log);
    }

    /**
     * Runs.
     *
     * @param access how the queue is reached: where a test plants a fault of ours
     * @param log told of every fault and answer, one line each, in order
     */
    public static Result run(
            Seed seed,
            FaultOptions options,
            Function<ServiceQueue, QueueAccess> access,
            Consumer<String> log) {
        return new FaultRun(seed, options, access, log).run();
    }

    private Result run() {
        line(options.toString());
        watch();
        for (int i = 0; i < options.clients(); i++) {
            addClient();
        }
        faults.begin(options.endpoints());
        planRequest();
        stage.queue().runUntil(options.seconds() * SECOND);
        faults.mend();
        stage.queue().runFor(QUIET_NANOS);
        stage.end();
        return new Result(succeeded, failed, faults.made(), stage.queue().executed());
    }

    private void watch() {
        stage.service()
                .watch(new OnlyEligibleArePicked(options.balancing().panicThresholdPercent()));
        stage.service().watch(new DrainedGetNothingNew());
        stage.service().watch(new CapsHold());
        stage.service().watch(new OutstandingIsExact(stage.gateway().proxy()::requests));
        stage.service().watch(endings);
        if (options.balancing().algorithm() == Algorithm.LEAST_LOAD) {
            stage.service().watch(new OrderIsExact());
            stage.service().watch(new NewcomerIsNext());
        }
    }

    private void addClient() {
        SimClient[] client = new SimClient[1];
        client[0] =
                stage.client(options.clientTimeoutNanos(), answer -> answered(client[0], answer));
    }

    private void answered(SimClient client, Answer answer) {
        if (answer.isSuccess()) {
            succeeded++;
        } else {
            failed++;
        }
        line(client.process() + " " + answer);
        endings.answered(client, answer);
    }

    private void planRequest() {
        long next =
                stage.queue().nowNanos()
                        + Seed.exponential(random, SECOND / options.requestsPerSecond());
        if (next < options.seconds() * SECOND) {
            stage.queue()
                    .at(
                            next,
                            () -> {
                                ask();
                                planRequest();
                            });
        }
    }

    private void ask() {
        SimClient client = stage.clients().get(random.nextInt(stage.clients().size()));
        int body = random.nextInt(options.mostBodyBytes()) + 1;
        switch (random.nextInt(8)) {
            case 0 -> client.ask("HEAD", Stage.SERVICE, 0, 0);
            case 1 -> client.ask("POST", Stage.SERVICE, body, 0);
            case 2 -> client.ask("POST", Stage.SERVICE, body, 1 + random.nextInt(body));
            case 3 -> client.ask("PUT", Stage.SERVICE, body, 0);
            default -> client.get(Stage.SERVICE);
        }
    }

    private void line(String text) {
        log.accept(stage.queue().nowNanos() + " " + text);
    }

    @Override
    public String toString() {
        return "seed " + seed.value() + " " + options;
    }

    /** Settings of an endpoint with a weight and a cap drawn at random. */
    static EndpointSettings drawn(EndpointSettings settings, RandomGenerator random) {
        return new EndpointSettings(
                settings.id(),
                settings.epoch(),
                random.nextInt(4) == 0 ? 1 + random.nextInt(10) : 1,
                random.nextInt(4) == 0 ? 1 + random.nextInt(5) : 0,
                settings.locality());
    }
}
