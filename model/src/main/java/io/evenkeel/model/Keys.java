package io.evenkeel.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The layout of the store: {@code /ek/1/AREA/KIND/TENANT/NAME}, built and taken apart here and
 * nowhere else. Values are JSON objects with {@code "v":1}.
 */
public final class Keys {
    /** Everything of this version of the layout. */
    public static final String ROOT = "/ek/1/";

    /** The area KIND of disruption reservations: {@code assign/disruptions/TENANT/SERVICE}. */
    public static final String DISRUPTIONS = "disruptions";

    /** The area KIND of the keys that controls hold while they live. */
    public static final String CONTROLS = "controls";

    /** The area KIND of locks that leaders hold. */
    public static final String LEADERS = "leaders";

    /** The area KIND of the keys that gateways hold while they live. */
    public static final String GATEWAYS = "gateways";

    private Keys() {}

    /** What a key holds. */
    public enum Area {
        /** What a source wants. */
        SPEC,
        /** What loops observed. */
        STATUS,
        /** Who is present at a gateway, under the gateway's lease; KIND is the gateway's id. */
        PRESENCE,
        /** What operators and controllers assigned. */
        ASSIGN,
        /** Durable work. */
        TASK,
        /** Who changed what and when. */
        AUDIT,
        /** Rings of decision records. */
        DECISION,
        /** Held by whoever lives or leads, under a lease. */
        LOCK;

        private static final List<Area> ALL = List.of(values());

        private final String word = name().toLowerCase(Locale.ROOT);

        /** As in a key. */
        public String word() {
            return word;
        }
    }

    /**
     * A key taken apart.
     *
     * @param kind a kind's plural; for {@link Area#PRESENCE} the gateway's id
     * @param name the rest, which contains a slash only where a sequence (audit) or a part (of a
     *     host) follows
     */
    public record Key(Area area, String kind, String tenant, String name) {
        @Override
        public String toString() {
            return ROOT + area.word() + "/" + kind + "/" + tenant + "/" + name;
        }
    }

    /** The key of a resource's spec. */
    public static String spec(Kind kind, String tenant, String name) {
        return of(Area.SPEC, kind.plural(), tenant, name);
    }

    /** The key of a resource's status. */
    public static String status(Kind kind, String tenant, String name) {
        return of(Area.STATUS, kind.plural(), tenant, name);
    }

    /** The key under which an endpoint is present at a gateway. */
    public static String presence(String gateway, EndpointKey endpoint) {
        return of(Area.PRESENCE, gateway, endpoint.tenant(), endpoint.name());
    }

    /** The key that a gateway of this id holds while it lives, under the lease of its presence. */
    public static String gateway(String id) {
        return of(Area.LOCK, GATEWAYS, Metadata.DEFAULT_TENANT, id);
    }

    /** The key that a control of this id holds while it stands for election. */
    public static String control(String id) {
        return of(Area.LOCK, CONTROLS, Metadata.DEFAULT_TENANT, id);
    }

    /** The lock that whoever leads in something holds, under a lease. */
    public static String leader(String in) {
        return of(Area.LOCK, LEADERS, Metadata.DEFAULT_TENANT, in);
    }

    /** The key that a host's agent holds while it lives, under its lease. */
    public static String hostAlive(HostKey host) {
        return ofHost(host, "alive");
    }

    /** The key of what of a host is in use, under the lease of its agent. */
    public static String hostUse(HostKey host) {
        return ofHost(host, "use");
    }

    /**
     * The trace, without a lease, of when a host's agent last took its key: written in the same
     * txn, so that a return between two looks is not missed.
     */
    public static String hostSeen(HostKey host) {
        return ofHost(host, "seen");
    }

    /** Whose the key of a host, or of a part of one, is. */
    public static HostKey hostOf(Key key) {
        int part = key.name().indexOf('/');
        return new HostKey(key.tenant(), part < 0 ? key.name() : key.name().substring(0, part));
    }

    private static String ofHost(HostKey host, String part) {
        return of(Area.LOCK, Kind.HOST.plural(), host.tenant(), host.name() + "/" + part);
    }

    /** The key of what an operator set on an endpoint or a service. */
    public static String assign(Kind kind, String tenant, String name) {
        return of(Area.ASSIGN, kind.plural(), tenant, name);
    }

    /** The key of what an operator set on an endpoint. */
    public static String assign(EndpointKey endpoint) {
        return assign(Kind.ENDPOINT, endpoint.tenant(), endpoint.name());
    }

    /** The key of a service's disruption ledger. */
    public static String disruptions(ServiceKey service) {
        return of(Area.ASSIGN, DISRUPTIONS, service.tenant(), service.name());
    }

    /** The key of a resource's ring of decision records. */
    public static String decision(String kind, String tenant, String name) {
        return of(Area.DECISION, kind, tenant, name);
    }

    /** The key of one audit entry; the sequence is padded, so that keys sort in its order. */
    public static String audit(String kind, String tenant, String name, long sequence) {
        String digits = Long.toString(sequence);
        return of(Area.AUDIT, kind, tenant, name)
                + "/"
                + "0".repeat(Math.max(0, 19 - digits.length()))
                + digits;
    }

    /** Any key. */
    public static String of(Area area, String kind, String tenant, String name) {
        return ROOT + area.word() + "/" + kind + "/" + tenant + "/" + name;
    }

    /** The prefix of all keys of an area. */
    public static String prefix(Area area) {
        return ROOT + area.word() + "/";
    }

    /** The prefix of all keys of a kind, every tenant's. */
    public static String prefix(Area area, String kind) {
        return prefix(area) + kind + "/";
    }

    /** The prefix of all keys of a kind and tenant. */
    public static String prefix(Area area, String kind, String tenant) {
        return prefix(area, kind) + tenant + "/";
    }

    /** Takes a key apart; empty if it is not of this layout. */
    public static Optional<Key> parse(String key) {
        if (!key.startsWith(ROOT)) {
            return Optional.empty();
        }
        int kind = key.indexOf('/', ROOT.length()) + 1;
        int tenant = kind == 0 ? 0 : key.indexOf('/', kind) + 1;
        int name = tenant == 0 ? 0 : key.indexOf('/', tenant) + 1;
        if (name == 0 || name == key.length() || name - tenant == 1 || tenant - kind == 1) {
            return Optional.empty();
        }
        int length = kind - 1 - ROOT.length();
        for (Area area : Area.ALL) {
            if (area.word.length() == length && key.startsWith(area.word, ROOT.length())) {
                return Optional.of(
                        new Key(
                                area,
                                Words.shared(key.substring(kind, tenant - 1)),
                                Words.shared(key.substring(tenant, name - 1)),
                                key.substring(name)));
            }
        }
        return Optional.empty();
    }
}
