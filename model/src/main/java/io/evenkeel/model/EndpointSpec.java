package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Range;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One backend of a service. */
@About(
        "One backend of a service: declared here, or written by its own registration (source: link).")
public record EndpointSpec(
        @About("The service it belongs to.") String service,
        @About(
                        "The VM, container or process slot it runs in; survives restarts and moves. Of a VM that is run here: its VirtualMachine's name.")
                @Default("''")
                String workload,
        @About("What it runs as.") @Default("process") EndpointKind kind,
        @About("Where it listens.") HostPort address,
        @About("Where it runs.") @Default("{}") Locality locality,
        @About("Its share against other endpoints, where the algorithm weighs.")
                @Default("1")
                @Range(min = "1", max = "256")
                int weight,
        @About("The most requests outstanding at it per gateway; 0: as the policy says.")
                @Default("0")
                @Range(min = "0", max = "1000000")
                int capacity,
        @About("Free text by key, for selection.") @Default("{}") SortedMap<String, String> labels,
        @About("The version of what it runs.") @Default("''") String version,
        @About("Its own active check in place of the policy's.") Optional<HealthCheck> healthCheck,
        @About("The nonce of the process that registered; empty if declared. Set by the server.")
                @Default("''")
                String incarnation)
        implements Spec, Checked {

    /** The greatest weight. */
    public static final int MAX_WEIGHT = 256;

    /** Copies the labels. */
    public EndpointSpec {
        labels =
                labels.isEmpty()
                        ? Collections.emptySortedMap()
                        : Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /** A plain endpoint: a process at an address, everything else by default. */
    public static EndpointSpec of(String service, HostPort address) {
        return new EndpointSpec(
                service,
                "",
                EndpointKind.PROCESS,
                address,
                Locality.UNKNOWN,
                1,
                0,
                new TreeMap<>(),
                "",
                Optional.empty(),
                "");
    }

    @Override
    public void check(Checks checks) {
        Names.check(checks, "service", service);
        if (!workload.isEmpty()) {
            Names.check(checks, "workload", workload);
        }
        Names.checkLabels(checks, labels);
        if (address.port() == 0) {
            checks.problem("address", address, "a port from 1 to 65535", "");
        }
        Names.checkText(checks, "version", version);
        Names.checkText(checks, "incarnation", incarnation);
    }
}
