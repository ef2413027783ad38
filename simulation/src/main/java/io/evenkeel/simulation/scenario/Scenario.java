package io.evenkeel.simulation.scenario;

import io.evenkeel.kernel.balancing.BalancingSettings;
import io.evenkeel.kernel.balancing.EndpointSettings;
import io.evenkeel.kernel.balancing.Locality;
import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.health.OutlierSettings;
import io.evenkeel.simulation.cast.Behaviour;
import io.evenkeel.simulation.cast.SimBackend;
import io.evenkeel.simulation.stage.Member;
import io.evenkeel.simulation.stage.SimService;
import io.evenkeel.simulation.stage.Stage;
import io.evenkeel.simulation.stage.Watcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A situation: who serves, who asks how much, and what goes wrong. Times are from the start; every
 * scenario lasts {@link #SECONDS} unless it is shortened.
 *
 * @param name short, with dashes
 * @param question what it asks of a policy, in one sentence
 * @param endpoints members from the start
 * @param behaviour how they serve
 * @param rate arrivals, a Poisson process
 * @param outliers when the queue ejects
 * @param script what happens
 */
public record Scenario(
        String name,
        String question,
        int endpoints,
        Behaviour behaviour,
        Rate rate,
        OutlierSettings outliers,
        Script script) {
    /** Length of a run in the committed report. */
    public static final int SECONDS = 20;

    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;

    /** How many requests come. */
    @FunctionalInterface
    public interface Rate {
        /** Requests a second at a time of a run of that length. */
        long perSecond(long nowNanos, long lengthNanos);
    }

    /** What happens in a run. */
    @FunctionalInterface
    public interface Script {
        /**
         * Plans the events.
         *
         * @param members those from the start
         * @param lengthNanos of the run
         * @return what this scenario watches besides the common figures
         */
        Watch plan(Stage stage, List<Member> members, long lengthNanos);
    }

    /** A figure of one scenario's own, read at the end of a run. */
    @FunctionalInterface
    public interface Watch {
        /** One phrase with a number in it, or an empty string. */
        String read();
    }

    private static final Watch NOTHING = () -> "";

    /** The settings that every policy runs with here, but for the algorithm. */
    public BalancingSettings balancing() {
        return BalancingSettings.DEFAULT.withSlowStart(Duration.ofSeconds(2));
    }

    /** All scenarios, in the order of the report. */
    public static List<Scenario> all() {
        Behaviour usual = Behaviour.healthy(20 * MILLI, 8);
        List<Scenario> all = new ArrayList<>();
        all.add(
                new Scenario(
                        "calm",
                        "All ten are equal and busy to a third: what does the policy itself cost?",
                        10,
                        usual,
                        (now, length) -> 1200,
                        OutlierSettings.DEFAULT,
                        (stage, members, length) -> NOTHING));
        all.add(
                new Scenario(
                        "fails-fast",
                        "From a quarter on, one of ten answers 503 in 0.2 ms, and nothing ejects it:"
                                + " does it look idle and draw the traffic"
                                + " (envoyproxy/envoy#39737)?",
                        10,
                        usual,
                        (now, length) -> 800,
                        OutlierSettings.OFF,
                        Scenario::failsFast));
        all.add(
                new Scenario(
                        "fails-fast-ejected",
                        "The same with outlier detection at its defaults.",
                        10,
                        usual,
                        (now, length) -> 800,
                        OutlierSettings.DEFAULT,
                        Scenario::failsFast));
        all.add(
                new Scenario(
                        "newcomer-among-130",
                        "In the middle one endpoint joins 130 others: how soon is it asked, and"
                                + " does it get its share (envoyproxy/envoy#29259)?",
                        130,
                        usual,
                        (now, length) -> 500,
                        OutlierSettings.DEFAULT,
                        Scenario::newcomer));
        all.add(
                new Scenario(
                        "was-slow-once",
                        "One of ten stands still for a second early on and is healthy ever after: is"
                                + " it held against it (traefik/traefik#12306)?",
                        10,
                        usual,
                        (now, length) -> 800,
                        OutlierSettings.DEFAULT,
                        Scenario::wasSlowOnce));
        all.add(
                new Scenario(
                        "one-slow",
                        "One of ten takes ten times as long, for good: how many clients feel it?",
                        10,
                        usual,
                        (now, length) -> 800,
                        OutlierSettings.DEFAULT,
                        (stage, members, length) -> {
                            members.getFirst().backend().behave(usual.slower(10));
                            return NOTHING;
                        }));
        all.add(
                new Scenario(
                        "spike",
                        "In the middle fifth the rate is six times as high, more than all can do.",
                        10,
                        usual,
                        Scenario::spike,
                        OutlierSettings.DEFAULT,
                        (stage, members, length) -> NOTHING));
        all.add(
                new Scenario(
                        "churn",
                        "Of twenty, one drains and leaves and a new one joins, five times a second:"
                                + " nothing may be lost.",
                        20,
                        usual,
                        (now, length) -> 1600,
                        OutlierSettings.DEFAULT,
                        Scenario::churn));
        all.add(
                new Scenario(
                        "crashes",
                        "Of ten, one is killed and starts again, every second: what is lost?",
                        10,
                        usual,
                        (now, length) -> 800,
                        OutlierSettings.DEFAULT,
                        Scenario::crashes));
        return all;
    }

    /**
     * Settings with a place: every other endpoint is in the gateway's zone, so that the policy that
     * prefers the near has a choice.
     */
    static EndpointSettings at(EndpointSettings settings, int number) {
        String zone = number % 2 == 0 ? Stage.HERE.zone() : "zone-b";
        return new EndpointSettings(
                settings.id(),
                settings.epoch(),
                settings.weight(),
                settings.cap(),
                new Locality(zone, "host-" + number));
    }

    private static long spike(long now, long length) {
        return now >= length * 2 / 5 && now < length * 3 / 5 ? 4800 : 800;
    }

    private static Watch failsFast(Stage stage, List<Member> members, long length) {
        Member bad = members.getFirst();
        long from = length / 4;
        long[] before = new long[2];
        stage.queue()
                .at(
                        from,
                        () -> {
                            bad.backend()
                                    .behave(bad.backend().behaviour().failing(1000, 503, 200_000));
                            before[0] = bad.picks();
                            before[1] = picks(stage);
                        });
        return () ->
                String.format(
                        Locale.ROOT,
                        "%.1f %% of requests went to it",
                        percent(bad.picks() - before[0], picks(stage) - before[1]));
    }

    private static Watch newcomer(Stage stage, List<Member> members, long length) {
        SimBackend newcomer = stage.backend("newcomer", members.getFirst().backend().behaviour());
        long joinedNanos = length / 2;
        Member[] joined = new Member[1];
        long[] others = new long[1];
        stage.service()
                .watch(
                        new Watcher() {
                            @Override
                            public void acquired(
                                    SimService service, PickContext context, Pick pick) {
                                if (joined[0] != null && joined[0].picks() == 0) {
                                    others[0]++;
                                }
                            }
                        });
        stage.queue().at(joinedNanos, () -> joined[0] = stage.join(newcomer, s -> at(s, 0)));
        return () -> {
            double fair = 500.0 * (length - joinedNanos) / SECOND / (members.size() + 1);
            return joined[0].picks() == 0
                    ? "never asked"
                    : String.format(
                            Locale.ROOT,
                            "%d requests went to others first; then %.0f %% of a fair share",
                            others[0],
                            100 * joined[0].picks() / fair);
        };
    }

    private static Watch wasSlowOnce(Stage stage, List<Member> members, long length) {
        Member member = members.getFirst();
        stage.queue().at(length / 10, () -> member.backend().pauseFor(SECOND));
        long[] then = new long[2];
        stage.queue()
                .at(
                        length / 2,
                        () -> {
                            then[0] = member.picks();
                            then[1] = picks(stage);
                        });
        return () ->
                String.format(
                        Locale.ROOT,
                        "in the second half %.0f %% of a fair share",
                        members.size() * percent(member.picks() - then[0], picks(stage) - then[1]));
    }

    private static Watch churn(Stage stage, List<Member> members, long length) {
        List<Member> present = new ArrayList<>(members);
        Behaviour behaviour = members.getFirst().backend().behaviour();
        int[] next = {members.size()};
        long every = SECOND / 5;
        for (long at = every; at < length; at += every) {
            stage.queue()
                    .at(
                            at,
                            () -> {
                                Member leaving = present.removeFirst();
                                stage.drainAndLeave(leaving, 10 * SECOND);
                                int number = next[0]++;
                                SimBackend backend = stage.backend("backend-" + number, behaviour);
                                present.add(stage.join(backend, s -> at(s, number)));
                            });
        }
        return NOTHING;
    }

    private static Watch crashes(Stage stage, List<Member> members, long length) {
        List<Member> present = new ArrayList<>(members);
        for (long at = SECOND; at < length; at += SECOND) {
            int which = (int) (at / SECOND) % members.size();
            stage.queue()
                    .at(
                            at,
                            () -> {
                                Member member = present.get(which);
                                member.backend().crash();
                                // The link breaks with the process: the gateway hears of it at
                                // once.
                                stage.queue().after(MILLI, () -> stage.lost(member));
                            });
            stage.queue()
                    .at(
                            at + SECOND / 2,
                            () -> {
                                SimBackend backend = present.get(which).backend();
                                backend.restart();
                                present.set(which, stage.join(backend, s -> at(s, which)));
                            });
        }
        return NOTHING;
    }

    private static long picks(Stage stage) {
        long sum = 0;
        for (Member member : stage.service().everyone()) {
            sum += member.picks();
        }
        return sum;
    }

    private static double percent(long part, long whole) {
        return whole == 0 ? 0 : 100.0 * part / whole;
    }
}
