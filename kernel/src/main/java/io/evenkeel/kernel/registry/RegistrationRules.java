package io.evenkeel.kernel.registry;

import io.evenkeel.kernel.registry.AdmissionReply.Code;
import io.evenkeel.kernel.registry.AdmissionReply.Refused;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointKind;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HealthCheck;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Locality;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Names;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.tree.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Checks one registration by itself and says which endpoint it means. One clear refusal, the first
 * problem in the order of the fields.
 */
final class RegistrationRules {
    /** Text of one registration together, in characters; a link's message limit is above it. */
    static final int MOST_CHARACTERS = 16 * 1024;

    private static final int LONGEST_INCARNATION = 128;

    private final SortedSet<String> tenants;

    /** Rules for these tenants; others are refused. */
    RegistrationRules(SortedSet<String> tenants) {
        this.tenants = new TreeSet<>(tenants);
    }

    /** What a registration comes to. */
    sealed interface Checked {
        /** It is well: this endpoint, with this spec. */
        record Good(EndpointKey key, EndpointSpec spec) implements Checked {}

        /** It is not. */
        record Bad(Refused reply) implements Checked {}
    }

    Checked check(Registration r) {
        int size = size(r);
        if (size > MOST_CHARACTERS) {
            return bad(
                    Code.OVERSIZED,
                    "registration: " + size + " characters (expected: <= " + MOST_CHARACTERS + ")",
                    "send fewer or shorter labels");
        }
        String tenant = r.tenant().isEmpty() ? Metadata.DEFAULT_TENANT : r.tenant();
        if (!tenants.contains(tenant)) {
            return bad(
                    Code.WRONG_TENANT,
                    "tenant: " + shown(tenant) + " (expected: " + String.join(", ", tenants) + ")",
                    "register for a tenant that exists");
        }
        for (String[] field :
                new String[][] {{"service", r.service()}, {"workload", r.workload()}}) {
            if (!Names.isName(field[1])) {
                return invalid(
                        field[0], field[1], "a name of lower-case letters, digits, '-', '.'");
            }
        }
        if (r.incarnation().isEmpty() || r.incarnation().length() > LONGEST_INCARNATION) {
            return invalid(
                    "incarnation",
                    r.incarnation(),
                    "a nonce of 1 to " + LONGEST_INCARNATION + " characters, new for each run");
        }
        HostPort address;
        try {
            address = HostPort.parse(r.address());
        } catch (IllegalArgumentException e) {
            return invalid("address", r.address(), "host:port, " + e.getMessage());
        }
        Optional<EndpointKind> kind = kind(r.kind());
        if (kind.isEmpty()) {
            return invalid("kind", r.kind(), "vm, container, process or physical");
        }
        String name = r.endpoint().isEmpty() ? r.workload() + "." + address.port() : r.endpoint();
        if (!Names.isName(name)) {
            return invalid(
                    "endpoint", name, "a name of at most " + Names.MAX_LENGTH + " characters");
        }
        EndpointSpec spec =
                new EndpointSpec(
                        r.service(),
                        r.workload(),
                        kind.get(),
                        address,
                        new Locality(r.zone(), r.host()),
                        r.weight() == 0 ? 1 : r.weight(),
                        r.capacity(),
                        new TreeMap<>(r.labels()),
                        r.version(),
                        check(r.checkPath()),
                        r.incarnation());
        List<Problem> problems = Binder.problems(spec);
        if (!problems.isEmpty()) {
            return bad(Code.INVALID, problems.getFirst().message(), "correct the registration");
        }
        return new Checked.Good(new EndpointKey(tenant, name), spec);
    }

    private static Optional<EndpointKind> kind(String text) {
        if (text.isEmpty()) {
            return Optional.of(EndpointKind.PROCESS);
        }
        for (EndpointKind kind : EndpointKind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(text)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    private static Optional<HealthCheck> check(String path) {
        if (path.isEmpty()) {
            return Optional.empty();
        }
        HealthCheck base = HealthCheck.defaults();
        return Optional.of(
                new HealthCheck(
                        HealthCheck.Type.HTTP,
                        path,
                        base.port(),
                        base.interval(),
                        base.timeout(),
                        base.healthyThreshold(),
                        base.unhealthyThreshold(),
                        base.expectedStatuses()));
    }

    private static int size(Registration r) {
        long sum = 0;
        for (String text :
                List.of(
                        r.tenant(),
                        r.service(),
                        r.workload(),
                        r.endpoint(),
                        r.kind(),
                        r.address(),
                        r.incarnation(),
                        r.zone(),
                        r.host(),
                        r.version(),
                        r.checkPath(),
                        r.credential())) {
            sum += text.length();
        }
        for (var label : r.labels().entrySet()) {
            sum += label.getKey().length() + label.getValue().length();
        }
        for (String capability : r.capabilities()) {
            sum += capability.length();
        }
        return (int) Math.min(sum, Integer.MAX_VALUE);
    }

    private static Checked invalid(String field, String seen, String expected) {
        Code code = seen.length() > Names.MAX_LENGTH ? Code.OVERSIZED : Code.INVALID;
        return bad(
                code,
                field + ": " + shown(seen) + " (expected: " + expected + ")",
                "correct the registration");
    }

    private static Checked bad(Code code, String message, String remedy) {
        return new Checked.Bad(new Refused(code, message + "; " + remedy, Duration.ZERO));
    }

    private static String shown(String text) {
        return text.length() <= 64
                ? "'" + text + "'"
                : "'" + text.substring(0, 40) + "...' (" + text.length() + " characters)";
    }
}
