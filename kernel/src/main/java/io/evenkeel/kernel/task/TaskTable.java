package io.evenkeel.kernel.task;

import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Keys.Area;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The queue as the store says, kept current by a watch: tasks, batches, claims and places. A record
 * that cannot be read is left alone. Single-threaded.
 */
public final class TaskTable {
    private final TreeMap<TaskKey, Known> tasks = new TreeMap<>();
    private final TreeMap<String, Batch> batches = new TreeMap<>();
    private final TreeSet<String> held = new TreeSet<>();

    /**
     * A task as it is stored.
     *
     * @param revision at which it was last written
     */
    public record Known(Task task, long revision) {}

    /** What is to be read, and watched. */
    public static List<String> prefixes() {
        return List.of(
                Keys.prefix(Area.LOCK, TaskKey.PLACES),
                Keys.prefix(Area.LOCK, TaskKey.TASKS),
                Keys.prefix(Area.TASK, TaskKey.BATCHES),
                Keys.prefix(Area.TASK, TaskKey.TASKS));
    }

    /** Forgets everything and takes a reading of all {@link #prefixes}. */
    public void load(Collection<Entry> entries) {
        tasks.clear();
        batches.clear();
        held.clear();
        entries.forEach(entry -> put(entry.key(), entry));
    }

    /** Takes a batch of a watch in. */
    public void apply(WatchBatch batch) {
        for (Change change : batch.changes()) {
            put(change.key(), change instanceof Change.Put put ? put.entry() : null);
        }
    }

    /** Every task; a live view. */
    public SortedMap<TaskKey, Known> tasks() {
        return Collections.unmodifiableSortedMap(tasks);
    }

    /** The task, null if there is none. */
    public @Nullable Known task(TaskKey key) {
        return tasks.get(key);
    }

    /** The batch, null if there is none. */
    public @Nullable Batch batch(String tenant, String name) {
        return batches.get(TaskKey.batch(tenant, name));
    }

    /** Whether a key is there that somebody holds under a lease: a claim, or a place. */
    boolean held(String key) {
        return held.contains(key);
    }

    private void put(String text, @Nullable Entry entry) {
        Keys.Key key = Keys.parse(text).orElse(null);
        if (key == null) {
            return;
        }
        boolean ofTasks = key.kind().equals(TaskKey.TASKS);
        if (key.area() == Area.LOCK && (ofTasks || key.kind().equals(TaskKey.PLACES))) {
            if (entry == null) {
                held.remove(text);
            } else {
                held.add(text);
            }
        } else if (key.area() == Area.TASK && ofTasks) {
            int slash = key.name().indexOf('/');
            if (slash > 0) {
                TaskKey task =
                        new TaskKey(
                                key.tenant(),
                                key.name().substring(0, slash),
                                key.name().substring(slash + 1));
                Task read = entry == null ? null : read(entry, Task.class);
                if (entry == null || read == null) {
                    tasks.remove(task);
                } else {
                    tasks.put(task, new Known(read, entry.modRevision()));
                }
            }
        } else if (key.area() == Area.TASK && key.kind().equals(TaskKey.BATCHES)) {
            Batch read = entry == null ? null : read(entry, Batch.class);
            if (read == null) {
                batches.remove(text);
            } else {
                batches.put(text, read);
            }
        }
    }

    private static <T> @Nullable T read(Entry entry, Class<T> type) {
        return Stored.read(entry.value().toBytes(), type) instanceof Bound.Good<T>(T good)
                ? good
                : null;
    }
}
