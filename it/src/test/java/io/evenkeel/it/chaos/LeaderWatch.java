package io.evenkeel.it.chaos;

import io.evenkeel.it.Cluster;
import java.time.Duration;
import java.util.List;

/**
 * Asks the controls in turn whether they lead: one, another, the first again. Who says so before
 * and after another has said so has led at the same time. One thread.
 */
final class LeaderWatch {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final List<Cluster.Member> controls;
    private final Verdict verdict;
    private int looks;

    LeaderWatch(List<Cluster.Member> controls, Verdict verdict) {
        this.controls = controls;
        this.verdict = verdict;
    }

    void look() {
        for (Cluster.Member one : controls) {
            for (Cluster.Member other : controls) {
                long term = one == other ? 0 : term(one);
                long others = term == 0 ? 0 : term(other);
                if (others != 0 && term(one) == term) {
                    verdict.broken(
                            "at most one leads",
                            one.id + " under " + term + ", " + other.id + " under " + others);
                }
            }
        }
        looks++;
    }

    private static long term(Cluster.Member control) {
        return control.metric("evenkeel_leader_term", PATIENCE).orElse(0L);
    }

    @Override
    public String toString() {
        return looks + " looks at who leads";
    }
}
