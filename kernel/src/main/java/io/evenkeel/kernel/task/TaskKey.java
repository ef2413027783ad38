package io.evenkeel.kernel.task;

import io.evenkeel.model.Keys;
import io.evenkeel.model.Keys.Area;

/** Names a task within its batch. */
public record TaskKey(String tenant, String batch, String name) implements Comparable<TaskKey> {
    /** The area KIND of tasks: {@code task/tasks/TENANT/BATCH/NAME}. */
    public static final String TASKS = "tasks";

    /** The area KIND of batches: {@code task/batches/TENANT/BATCH}. */
    public static final String BATCHES = "batches";

    /** The area KIND of places: {@code lock/places/TENANT/HOST/NUMBER}, under a claim's lease. */
    public static final String PLACES = "places";

    @Override
    public int compareTo(TaskKey other) {
        int by = tenant.compareTo(other.tenant);
        by = by == 0 ? batch.compareTo(other.batch) : by;
        return by == 0 ? name.compareTo(other.name) : by;
    }

    /** The key of the {@link Task}. */
    public String task() {
        return Keys.of(Area.TASK, TASKS, tenant, batch) + "/" + name;
    }

    /** The key that whoever claims it holds, under a lease; its create revision is the token. */
    public String claim() {
        return Keys.of(Area.LOCK, TASKS, tenant, batch) + "/" + name;
    }

    /** The key of the {@link Batch}. */
    public static String batch(String tenant, String batch) {
        return Keys.of(Area.TASK, BATCHES, tenant, batch);
    }

    /** The key of one of a host's places for work, from 0. */
    public static String place(String tenant, String host, int number) {
        return Keys.of(Area.LOCK, PLACES, tenant, host) + "/" + number;
    }

    @Override
    public String toString() {
        return tenant + "/" + batch + "/" + name;
    }
}
