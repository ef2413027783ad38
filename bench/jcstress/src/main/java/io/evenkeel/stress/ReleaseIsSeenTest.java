package io.evenkeel.stress;

import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.balancing.ServiceQueue;
import io.evenkeel.kernel.health.Outcome;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two loops pick and release the same node at once: no count is lost, and its state is seen. */
@JCStressTest
@org.openjdk.jcstress.annotations.Outcome(
        id = "0, 2",
        expect = Expect.ACCEPTABLE,
        desc = "Both came and went.")
@org.openjdk.jcstress.annotations.Outcome(
        expect = Expect.FORBIDDEN,
        desc = "An update was lost or not published.")
@State
public class ReleaseIsSeenTest {
    private final ServiceQueue queue = Queues.of(1);
    private final PickContext first = Queues.context();
    private final PickContext second = Queues.context();

    /** One loop. */
    @Actor
    public void one() {
        passThrough(first);
    }

    /** The other. */
    @Actor
    public void other() {
        passThrough(second);
    }

    /** Afterwards: outstanding, and requests in all. */
    @Arbiter
    public void after(II_Result result) {
        QueueSnapshot.Entry entry = queue.snapshot().entries().getFirst();
        result.r1 = entry.outstanding();
        result.r2 = (int) entry.requests();
    }

    private void passThrough(PickContext context) {
        if (queue.acquire(context) instanceof Node node) {
            queue.release(node, Outcome.SUCCESS, 1);
        }
    }
}
