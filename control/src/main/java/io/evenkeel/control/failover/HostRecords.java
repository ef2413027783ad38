package io.evenkeel.control.failover;

import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.HostTable;
import io.evenkeel.kernel.machine.RunTable;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.task.TaskTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Hosts, runs and tasks as the store has them, read at one revision.
 *
 * @param revision that was read at
 */
public record HostRecords(long revision, HostTable hosts, RunTable runs, TaskTable tasks) {
    private static final int PAGE = 20_000;

    /** All that is read. */
    static List<String> prefixes() {
        List<String> prefixes = new ArrayList<>(HostKeys.prefixes());
        prefixes.add(RunTable.prefix());
        prefixes.addAll(TaskTable.prefixes());
        return prefixes;
    }

    /**
     * Reads; empty if the store does not answer in time, or forgets the revision meanwhile. Blocks.
     *
     * @param deadline of each call
     */
    public static Optional<HostRecords> read(Store store, Duration deadline) {
        long revision = 0;
        List<Entry> entries = new ArrayList<>();
        for (String prefix : prefixes()) {
            RangeQuery query = RangeQuery.prefix(prefix).limit(PAGE);
            boolean more = true;
            while (more) {
                if (!(store.range(query.at(revision), deadline)
                        instanceof RangeResult.Range range)) {
                    return Optional.empty();
                }
                revision = revision == 0 ? range.revision() : revision;
                entries.addAll(range.entries());
                more = range.more();
                query = more ? query.after(range.entries().getLast().key()) : query;
            }
        }
        return Optional.of(of(revision, entries));
    }

    private static HostRecords of(long revision, List<Entry> entries) {
        HostTable hosts = new HostTable();
        hosts.load(revision, entries);
        RunTable runs = new RunTable();
        runs.load(entries);
        TaskTable tasks = new TaskTable();
        tasks.load(entries);
        return new HostRecords(revision, hosts, runs, tasks);
    }
}
