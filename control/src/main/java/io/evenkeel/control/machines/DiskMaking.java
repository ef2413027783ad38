package io.evenkeel.control.machines;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.MachineImage;
import io.evenkeel.kernel.machine.DiskMakings;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.kernel.machine.NewImage;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.kernel.machine.StorageCluster;
import io.evenkeel.kernel.machine.Storages;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.kernel.task.TaskQueue;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes the images of a machine's disks before its first start, and remembers it in the store.
 * Whoever takes the work over makes what is not there yet. Blocks; thread-safe.
 */
final class DiskMaking {
    private static final Duration DEADLINE = Duration.ofSeconds(3);

    private final Store store;
    private final Supplier<ClusterImage> images;
    private final Storages storages;
    private final Duration timeout;

    /**
     * At these, which stay the caller's.
     *
     * @param timeout of making one image
     */
    DiskMaking(Store store, Supplier<ClusterImage> images, Storages storages, Duration timeout) {
        this.store = store;
        this.images = images;
        this.storages = storages;
        this.timeout = timeout;
    }

    /**
     * Makes what is to be made.
     *
     * @param claim token of the caller's claim of the task
     * @return what keeps the machine from being started; empty: nothing
     */
    String problem(MachineKey machine, TaskKey task, long claim) {
        ClusterImage image = images.get();
        MachineImage declared = image.machines().get(machine);
        if (declared == null || declared.spec().disks().stream().noneMatch(disk -> disk.isMade())) {
            return "";
        }
        String key = DiskMakings.key(machine);
        if (!(store.range(RangeQuery.key(key), DEADLINE) instanceof RangeResult.Range range)) {
            return "the store does not say whether its disks were made";
        }
        Optional<Bound<DiskMakings.Made>> stored =
                range.entries().stream().findFirst().map(DiskMaking::read);
        if (stored.stream().anyMatch(Bound.Bad.class::isInstance)) {
            // Were it taken for none, a disk that is lost would be made anew.
            return key + " cannot be read: it is not known which of its disks were made";
        }
        Optional<DiskMakings.Made> made = stored.map(Bound::orElseThrow);
        DiskMakings due = DiskMakings.of(image, machine, made);
        if (!due.problem().isEmpty() || due.images().isEmpty()) {
            return due.problem();
        }
        for (Map.Entry<StorageCluster, List<NewImage>> at : due.images().entrySet()) {
            for (NewImage one : at.getValue()) {
                Reply<Boolean> reply = storages.of(at.getKey()).make(one, timeout).join();
                if (!(reply instanceof Reply.Done)) {
                    return "its disk " + one.image() + " could not be made: " + reply.problem();
                }
            }
        }
        DiskMakings.Made done = due.done(declared.metadata().uid(), made);
        return store.txn(
                                TaskQueue.underClaim(task, claim)
                                        .then(Op.put(key, Value.of(Stored.write(done))))
                                        .build(),
                                DEADLINE)
                        instanceof TxnOutcome.Committed
                ? ""
                : "it is not known to be written that its disks were made";
    }

    private static Bound<DiskMakings.Made> read(Entry entry) {
        return Stored.read(entry.value().toBytes(), DiskMakings.Made.class);
    }
}
