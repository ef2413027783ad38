package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.HostImage;
import io.evenkeel.kernel.image.MachineImage;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.model.HostKey;
import org.jspecify.annotations.Nullable;

/**
 * What the worker of a claimed {@link PowerTasks} task does, by the run's record as it stands now:
 * the task says that something is to be done, the record says what. Whoever does it twice, or late,
 * does the same as the record says, or is refused by the token. Pure.
 */
public final class MachineWork {
    /** What is to be done. */
    public sealed interface Step {}

    /** Nothing: the task has come true, or the user wants something else by now. */
    public record Over(String why) implements Step {}

    /** Nothing now: to be tried again. */
    public record NotNow(String why) implements Step {}

    /** Have it started. */
    public record Start(String uri, String xml) implements Step {}

    /** Have it shut down, and ended if it does not. */
    public record Stop(String uri, String name) implements Step {}

    /** Have it ended at once. */
    public record Remove(String uri, String name) implements Step {}

    private MachineWork() {}

    /** What to do for a task. */
    public static Step step(
            MachineKey machine, Task task, RunTable.@Nullable Run run, ClusterImage image) {
        if (run == null) {
            return new Over("it has no run any more");
        }
        if (run.record().on() != task.kind().equals(PowerTasks.START)) {
            return new Over(run.record().on() ? "it is to run by now" : "it is to be off by now");
        }
        HostKey key = new HostKey(machine.tenant(), run.record().host());
        HostImage host = image.hosts().get(key);
        if (host == null || host.spec().libvirt().isEmpty()) {
            return new NotNow(
                    "host "
                            + key.name()
                            + " has no libvirt (expected: spec.libvirt, such as"
                            + " qemu+tcp://10.0.0.11/system)");
        }
        String uri = host.spec().libvirt();
        MachineImage declared = image.machines().get(machine);
        return switch (task.kind()) {
            case PowerTasks.START ->
                    declared == null
                            ? new Over("it was deleted")
                            : start(uri, declared, host, run.token(), image);
            case PowerTasks.STOP -> new Stop(uri, machine.name());
            case PowerTasks.REMOVE -> new Remove(uri, machine.name());
            default -> new Over("no work on power: " + task.kind());
        };
    }

    private static Step start(
            String uri, MachineImage declared, HostImage host, long token, ClusterImage image) {
        try {
            return new Start(uri, DomainXml.of(declared, host, token, image));
        } catch (IllegalArgumentException missing) {
            return new NotNow(String.valueOf(missing.getMessage()));
        }
    }
}
