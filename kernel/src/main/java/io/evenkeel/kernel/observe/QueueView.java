package io.evenkeel.kernel.observe;

import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.model.ServiceKey;
import java.util.Optional;

/**
 * The load queues of a running gateway as seen from outside its loops, for {@code get}, {@code top}
 * and {@code explain}. Any thread; picks don't wait for it.
 */
public interface QueueView {
    /** Id of the gateway, as in its presence marks. */
    String gateway();

    /** The service's queue as it stands; empty if the gateway has none of that name. */
    Optional<QueueSnapshot> queue(ServiceKey service);
}
