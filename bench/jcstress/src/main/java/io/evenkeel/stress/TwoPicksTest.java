package io.evenkeel.stress;

import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.balancing.ServiceQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two loops pick at once from two idle nodes: each gets one of its own. */
@JCStressTest
@Outcome(
        id = {"0, 1", "1, 0"},
        expect = Expect.ACCEPTABLE,
        desc = "One each.")
@Outcome(expect = Expect.FORBIDDEN, desc = "One head was picked twice, or nobody.")
@State
public class TwoPicksTest {
    private final ServiceQueue queue = Queues.of(2);
    private final PickContext first = Queues.context();
    private final PickContext second = Queues.context();

    /** One loop. */
    @Actor
    public void one(II_Result result) {
        result.r1 = Queues.acquire(queue, first);
    }

    /** The other. */
    @Actor
    public void other(II_Result result) {
        result.r2 = Queues.acquire(queue, second);
    }
}
