package io.evenkeel.stress;

import io.evenkeel.kernel.balancing.Algorithm;
import io.evenkeel.kernel.balancing.BalancingSettings;
import io.evenkeel.kernel.balancing.EndpointSettings;
import io.evenkeel.kernel.balancing.Locality;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.balancing.ServiceQueue;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.health.OutlierSettings;
import java.time.Duration;
import java.util.SplittableRandom;

/** Small queues and what the actors do with them. */
final class Queues {
    private Queues() {}

    /** A queue of that many idle nodes. */
    static ServiceQueue of(int nodes) {
        ServiceQueue queue =
                new ServiceQueue(
                        "stress",
                        new BalancingSettings(Algorithm.LEAST_LOAD, Duration.ZERO, 10, 8, 0),
                        OutlierSettings.OFF,
                        Locality.UNKNOWN,
                        2);
        for (int i = 0; i < nodes; i++) {
            queue.join(EndpointSettings.of("n" + i, 1), EligibilityInputs.NEWCOMER, 0);
        }
        return queue;
    }

    static PickContext context() {
        return new PickContext(new SplittableRandom(1));
    }

    /** The picked node's index, or -1. */
    static int acquire(ServiceQueue queue, PickContext context) {
        return queue.acquire(context) instanceof Node node ? node.index() : -1;
    }
}
