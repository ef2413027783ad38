package io.evenkeel.control.power;

import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.model.HostPower;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What switches hosts off from outside. Thread-safe. */
public interface PowerSwitch {
    /**
     * Has a host's power cut at once, without its system being asked, and waits until it is seen
     * off. Blocks for the time-out at most. A host that is off stays so.
     *
     * @param wanted asked each time right before the request, which is made within two seconds of
     *     the question or not at all: whoever was stopped in between must not switch off a host
     *     that is in service again
     * @return done if it was seen off, in words; refused if that was not to be had; silent if
     *     nobody answered, or it was not seen off in time: it may be off soon
     */
    Reply<String> off(HostPower power, Duration timeout, BooleanSupplier wanted)
            throws InterruptedException;

    /**
     * Whether a host's power is on, in the words of what switches it; asks in the same way as a
     * switching off would, and changes nothing.
     */
    Reply<String> state(HostPower power, Duration timeout) throws InterruptedException;
}
