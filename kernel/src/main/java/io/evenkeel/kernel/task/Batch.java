package io.evenkeel.kernel.task;

/**
 * Tasks that belong together, such as the recovery of one host; the value of {@link TaskKey#batch}.
 *
 * @param kind of work, in kebab-case, such as {@code recover-host}
 * @param subject what it is about
 * @param createdMillis when, milliseconds since 1970 UTC
 * @param tasks how many there are
 * @param cancelled whether somebody has cancelled it: what was not claimed by then is not done
 */
public record Batch(
        String kind, String subject, long createdMillis, int tasks, boolean cancelled) {}
