package io.evenkeel.simulation.registry;

import io.evenkeel.kernel.store.StoreCopy;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.simulation.store.SimStore;
import io.evenkeel.simulation.store.StoreWay;
import io.evenkeel.simulation.time.EventQueue;
import io.evenkeel.simulation.time.Seed;

/** A registry that has read its store, which nobody else has. */
final class Admitting {
    final SimStore store;
    final SimRegistry registry;

    /** With this share of calls, in a thousand, of which nothing is heard again. */
    Admitting(EventQueue queue, Seed seed, int doubtPermille) {
        store = new SimStore(queue, new StoreState(StoreLimits.DEFAULT));
        StoreWay way = store.way(seed.generator("way"));
        SimImages images =
                new SimImages(queue, way, Runnable::run, StoreCopy.NONE, SimImages.Passage.SOUND);
        images.begin();
        queue.runFor(1_000_000_000L);
        way.doubt(doubtPermille);
        registry =
                new SimRegistry(
                        queue,
                        seed.generator("registry"),
                        images,
                        Txns.by(way),
                        Runnable::run,
                        () -> queue.nowNanos() / 1_000_000);
    }
}
