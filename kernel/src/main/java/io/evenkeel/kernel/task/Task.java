package io.evenkeel.kernel.task;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One piece of work; the value of {@link TaskKey#task}. Times are of the wall clock: a clock that
 * jumps makes work earlier or later, never twice.
 *
 * @param kind of work, in kebab-case, such as {@code start-machine}
 * @param subject what is worked on
 * @param host where: at most so many at once as the host has places; empty: no bound
 * @param priority greater ones first
 * @param after names of tasks of the same batch that must be done before
 * @param arguments of the kind of work
 * @param retry how often, and how far apart
 * @param deadlineMillis when it is given up, milliseconds since 1970 UTC; 0: never
 * @param state where it stands
 * @param attempts begun so far
 * @param notBeforeMillis when it may be claimed next, milliseconds since 1970 UTC
 * @param progressPercent as its worker says, 0 to 100
 * @param detail last word of its worker, or why it ended
 */
public record Task(
        String kind,
        String subject,
        String host,
        int priority,
        List<String> after,
        SortedMap<String, String> arguments,
        Retry retry,
        long deadlineMillis,
        TaskState state,
        int attempts,
        long notBeforeMillis,
        int progressPercent,
        String detail) {
    /** Argument: how often its host has refused. */
    private static final String REFUSED = "refused";

    public Task {
        after = List.copyOf(after);
        arguments = Collections.unmodifiableSortedMap(new TreeMap<>(arguments));
    }

    /** How a task is tried again. */
    public record Retry(int mostAttempts, long firstPauseMillis, long longestPauseMillis) {
        /** Ten attempts, a second apart at first, then twice as far, a minute at most. */
        public static final Retry DEFAULT = new Retry(10, 1_000, 60_000);

        /** Between an attempt that failed and the next. */
        long pauseMillis(int attempts) {
            int doubled = Math.min(30, Math.max(0, attempts - 1));
            return Math.min(longestPauseMillis, firstPauseMillis << doubled);
        }
    }

    /** Work that waits. */
    public static Task of(
            String kind,
            String subject,
            String host,
            int priority,
            SortedMap<String, String> with) {
        return new Task(
                kind,
                subject,
                host,
                priority,
                List.of(),
                with,
                Retry.DEFAULT,
                0,
                TaskState.WAITING,
                0,
                0,
                0,
                "");
    }

    /** The same, after others of its batch. */
    public Task after(List<String> names) {
        return new Task(
                kind,
                subject,
                host,
                priority,
                names,
                arguments,
                retry,
                deadlineMillis,
                state,
                attempts,
                notBeforeMillis,
                progressPercent,
                detail);
    }

    /** The same, given up at that time. */
    public Task until(long deadline) {
        return new Task(
                kind,
                subject,
                host,
                priority,
                after,
                arguments,
                retry,
                deadline,
                state,
                attempts,
                notBeforeMillis,
                progressPercent,
                detail);
    }

    /** The same, tried again in this way. */
    public Task retrying(Retry how) {
        return new Task(
                kind,
                subject,
                host,
                priority,
                after,
                arguments,
                how,
                deadlineMillis,
                state,
                attempts,
                notBeforeMillis,
                progressPercent,
                detail);
    }

    /** How often the host has been asked for it, and said no. */
    public int refusals() {
        String said = arguments.getOrDefault(REFUSED, "");
        try {
            return said.isEmpty() ? 0 : Integer.parseInt(said);
        } catch (NumberFormatException hostile) {
            return 0;
        }
    }

    /** The same, refused once more. */
    Task refused() {
        SortedMap<String, String> with = new TreeMap<>(arguments);
        with.put(REFUSED, Integer.toString(refusals() + 1));
        return new Task(
                kind,
                subject,
                host,
                priority,
                after,
                with,
                retry,
                deadlineMillis,
                state,
                attempts,
                notBeforeMillis,
                progressPercent,
                detail);
    }

    /** The same in another state. */
    Task in(TaskState next, int attemptsNow, long notBefore, int progress, String why) {
        return new Task(
                kind,
                subject,
                host,
                priority,
                after,
                arguments,
                retry,
                deadlineMillis,
                next,
                attemptsNow,
                notBefore,
                progress,
                why);
    }

    /** The same on another host. */
    Task on(String newHost) {
        return new Task(
                kind,
                subject,
                newHost,
                priority,
                after,
                arguments,
                retry,
                deadlineMillis,
                state,
                attempts,
                notBeforeMillis,
                progressPercent,
                detail);
    }
}
