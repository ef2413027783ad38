package io.evenkeel.kernel.image;

import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HostKey;
import org.jspecify.annotations.Nullable;

/**
 * Where an endpoint says that it is. If it may be in a virtual machine and a run of one of that
 * name is known, it is on the run's host, whatever else it says: the machine moves, and what it was
 * told of its host when it started does not.
 *
 * @param machine that it may be in, null if it is in none
 * @param host that it is on unless a run says otherwise, null if it says none
 */
public record EndpointPlace(@Nullable MachineKey machine, @Nullable HostKey host) {

    /**
     * By kind: a {@code vm} is the machine of its workload's name; a {@code container} and a {@code
     * physical} machine are on the host of their locality; a {@code process} is too if it names
     * one, and otherwise in the machine of its workload's name. Pure.
     */
    public static EndpointPlace of(EndpointKey key, EndpointSpec spec) {
        String named = spec.locality().host();
        HostKey host = named.isEmpty() ? null : new HostKey(key.tenant(), named);
        boolean inMachine =
                switch (spec.kind()) {
                    case VM -> true;
                    case PROCESS -> host == null;
                    case CONTAINER, PHYSICAL -> false;
                };
        return new EndpointPlace(
                inMachine && !spec.workload().isEmpty()
                        ? new MachineKey(key.tenant(), spec.workload())
                        : null,
                host);
    }
}
