package io.evenkeel.control.machines;

import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.machine.Reply;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Ends a machine the way its guest likes: asks it to shut down, ends it if it has not in time, and
 * has its host forget it. Blocks; thread-safe.
 */
final class Shutdown {
    private static final int LOOK_MILLIS = 500;

    private final Hypervisor hypervisor;
    private final MachineSettings settings;
    private final BooleanSupplier closed;

    /**
     * Asks nobody yet.
     *
     * @param closed when to give up waiting
     */
    Shutdown(Hypervisor hypervisor, MachineSettings settings, BooleanSupplier closed) {
        this.hypervisor = hypervisor;
        this.settings = settings;
        this.closed = closed;
    }

    /** Done says how it ended; it is done too if the machine was not there. */
    Reply<String> carryOut(String uri, String machine) {
        Reply<Boolean> asked = hypervisor.shutDown(uri, machine, settings.pollTimeout()).join();
        boolean obeyed = false;
        if (asked instanceof Reply.Done) {
            long deadline = System.nanoTime() + settings.shutDown().toNanos();
            while (!obeyed && System.nanoTime() - deadline < 0) {
                obeyed = isOff(uri, machine);
                if (!obeyed && !pause()) {
                    return new Reply.Unasked<>("this process ends");
                }
            }
        }
        String how = obeyed ? "has shut down" : "was ended";
        return switch (hypervisor.destroy(uri, machine, settings.start()).join()) {
            case Reply.Done<Boolean> _ -> new Reply.Done<>(how);
            case Reply.Refused<Boolean>(String why) -> new Reply.Refused<>(why);
            case Reply.Silent<Boolean>(String why) -> new Reply.Silent<>(why);
            case Reply.Unasked<Boolean>(String why) -> new Reply.Unasked<>(why);
        };
    }

    private boolean isOff(String uri, String machine) {
        return hypervisor.domains(uri, settings.pollTimeout()).join()
                        instanceof Reply.Done<List<Domain>>(List<Domain> domains)
                && domains.stream().noneMatch(d -> d.name().equals(machine) && d.power().isUp());
    }

    private boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            return !closed.getAsBoolean();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
