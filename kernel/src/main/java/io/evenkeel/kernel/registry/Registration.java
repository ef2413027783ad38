package io.evenkeel.kernel.registry;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a backend says about itself when it registers, as it came over the wire: absent text is
 * empty, absent numbers are 0, and nothing is checked yet ({@link RegistrationRules} does that).
 *
 * @param tenant empty for {@code default}
 * @param service name of the service it belongs to
 * @param workload what survives a restart or a move: VM, container or process slot
 * @param endpoint its own id; empty for {@code workload.port}
 * @param kind vm, container, process or physical; empty for process
 * @param address {@code host:port} where it serves (addressed form)
 * @param incarnation nonce of this run of the process
 * @param zone locality, may be empty
 * @param host locality, may be empty
 * @param labels free labels
 * @param weight 0 for the default of 1
 * @param capacity most outstanding requests, 0 for the policy's
 * @param version version of the software it runs, may be empty
 * @param checkPath path of its HTTP health check, empty for the policy's check
 * @param credential proof of identity, empty for none; never written to the store or a log
 * @param capabilities what the link may carry
 */
public record Registration(
        String tenant,
        String service,
        String workload,
        String endpoint,
        String kind,
        String address,
        String incarnation,
        String zone,
        String host,
        Map<String, String> labels,
        int weight,
        int capacity,
        String version,
        String checkPath,
        String credential,
        List<String> capabilities) {

    public Registration {
        labels = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        capabilities = List.copyOf(capabilities);
    }

    /** A registration with the five things that every backend has, the rest defaulted. */
    public static Registration of(
            String service, String workload, String address, String incarnation) {
        return new Registration(
                "",
                service,
                workload,
                "",
                "",
                address,
                incarnation,
                "",
                "",
                Map.of(),
                0,
                0,
                "",
                "",
                "",
                List.of());
    }

    /** Never shows the credential. */
    @Override
    public String toString() {
        return "Registration["
                + tenant
                + "/"
                + service
                + " "
                + workload
                + " "
                + endpoint
                + " at "
                + address
                + " incarnation "
                + incarnation
                + "]";
    }
}
