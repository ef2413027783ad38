package io.evenkeel.model;

import java.util.Locale;
import java.util.Optional;

/** The kinds of resources. */
public enum Kind {
    /** A named group of endpoints; needs no resource until something about it is to be changed. */
    SERVICE("Service", "services", ServiceSpec.class, ServiceStatus.class),
    /** Host, path and headers to a service. */
    ROUTE("Route", "routes", RouteSpec.class, RouteStatus.class),
    /** One backend of a service, declared or self-registered. */
    ENDPOINT("Endpoint", "endpoints", EndpointSpec.class, EndpointStatus.class),
    /** How traffic of the services that name it is balanced, checked, retried and timed. */
    POLICY("Policy", "policies", PolicySpec.class, PolicyStatus.class),
    /** A machine that runs virtual machines and containers, declared or known by its agent. */
    HOST("Host", "hosts", HostSpec.class, HostStatus.class),
    /** A virtual machine that hosts run. */
    VIRTUAL_MACHINE(
            "VirtualMachine",
            "virtualmachines",
            "vm",
            VirtualMachineSpec.class,
            VirtualMachineStatus.class),
    /** Where images of virtual machines' disks are. */
    DATASTORE("Datastore", "datastores", "ds", DatastoreSpec.class, DatastoreStatus.class);

    private final String title;
    private final String plural;
    private final String shorter;
    private final Class<? extends Spec> specType;
    private final Class<? extends Status> statusType;

    Kind(
            String title,
            String plural,
            Class<? extends Spec> specType,
            Class<? extends Status> statusType) {
        this(title, plural, "", specType, statusType);
    }

    Kind(
            String title,
            String plural,
            String shorter,
            Class<? extends Spec> specType,
            Class<? extends Status> statusType) {
        this.title = title;
        this.plural = plural;
        this.shorter = shorter;
        this.specType = specType;
        this.statusType = statusType;
    }

    /** As in the key {@code kind} of a file: {@code Service}. */
    public String title() {
        return title;
    }

    /** As in paths and store keys: {@code services}. */
    public String plural() {
        return plural;
    }

    /** The record of the spec. */
    public Class<? extends Spec> specType() {
        return specType;
    }

    /** The record of the status. */
    public Class<? extends Status> statusType() {
        return statusType;
    }

    /** The kind whose spec this is. */
    public static Kind of(Spec spec) {
        return switch (spec) {
            case ServiceSpec _ -> SERVICE;
            case RouteSpec _ -> ROUTE;
            case EndpointSpec _ -> ENDPOINT;
            case PolicySpec _ -> POLICY;
            case HostSpec _ -> HOST;
            case VirtualMachineSpec _ -> VIRTUAL_MACHINE;
            case DatastoreSpec _ -> DATASTORE;
        };
    }

    /** By {@link #title} exactly. */
    public static Optional<Kind> ofTitle(String title) {
        for (Kind kind : values()) {
            if (kind.title.equals(title)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** By {@link #plural} exactly. */
    public static Optional<Kind> ofPlural(String plural) {
        for (Kind kind : values()) {
            if (kind.plural.equals(plural)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /**
     * As a person types it: singular, plural or, where there is one, short ({@code vm}); any case.
     */
    public static Optional<Kind> ofWord(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        for (Kind kind : values()) {
            boolean named =
                    kind.plural.equals(lower)
                            || kind.title.toLowerCase(Locale.ROOT).equals(lower)
                            || (!kind.shorter.isEmpty() && kind.shorter.equals(lower));
            if (named) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
