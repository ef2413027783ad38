package io.evenkeel.kernel.failover;

import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Keys.Area;
import io.evenkeel.model.Kind;
import java.util.List;
import java.util.Optional;

/**
 * The keys of a host's failover (ADR 0140). {@code alive}, {@code death} and {@code lock} stand
 * side by side under one prefix; the procedure's record is apart from them, in the area of durable
 * work, so that an export carries along who is fenced.
 */
public final class HostKeys {
    private static final String HOSTS = Kind.HOST.plural();

    /** The area KIND of {@link Procedure}s: {@code task/failovers/TENANT/NAME}. */
    public static final String FAILOVERS = "failovers";

    private static final String ALIVE = "/alive";
    private static final String DEATH = "/death";
    private static final String LOCK = "/lock";
    private static final String WORD = "/word";
    private static final String SEEN = "/seen";
    private static final String HEARD_BY_LINKS = "/heard-by-links";

    private HostKeys() {}

    /** What a key says of its host. */
    enum Part {
        ALIVE,
        DEATH,
        LOCK,
        WORD,
        SEEN,
        HEARD_BY_LINKS,
        PROCEDURE,
        DECISIONS
    }

    /** A key of a host, taken apart. */
    record Of(HostKey host, Part part) {}

    /** Set when all are silent, on a lease that nobody renews (C3). */
    public static String death(HostKey host) {
        return Keys.of(Area.LOCK, HOSTS, host.tenant(), host.name()) + DEATH;
    }

    /** Set when {@link #death} has expired, first on a lease, then without (C4). */
    public static String lock(HostKey host) {
        return Keys.of(Area.LOCK, HOSTS, host.tenant(), host.name()) + LOCK;
    }

    /** An operator's {@link HostWord}. */
    public static String word(HostKey host) {
        return Keys.of(Area.LOCK, HOSTS, host.tenant(), host.name()) + WORD;
    }

    /** The last {@link Testimony} of links; there only beside a {@link #procedure}. */
    public static String heardByLinks(HostKey host) {
        return Keys.of(Area.LOCK, HOSTS, host.tenant(), host.name()) + HEARD_BY_LINKS;
    }

    /** The {@link Procedure}. */
    public static String procedure(HostKey host) {
        return Keys.of(Area.TASK, FAILOVERS, host.tenant(), host.name());
    }

    /** The host's ring of decision records. */
    public static String decisions(HostKey host) {
        return Keys.decision(HOSTS, host.tenant(), host.name());
    }

    /** What is to be read, and watched, of all hosts. */
    public static List<String> prefixes() {
        return List.of(
                Keys.prefix(Area.DECISION, HOSTS),
                Keys.prefix(Area.LOCK, HOSTS),
                Keys.prefix(Area.TASK, FAILOVERS));
    }

    /** Everything of one host. */
    static List<RangeQuery> all(HostKey host) {
        return List.of(
                RangeQuery.prefix(Keys.of(Area.LOCK, HOSTS, host.tenant(), host.name()) + "/"),
                RangeQuery.key(procedure(host)),
                RangeQuery.key(decisions(host)));
    }

    static Optional<Of> parse(String key) {
        return Keys.parse(key).flatMap(HostKeys::of);
    }

    private static Optional<Of> of(Keys.Key key) {
        String name = key.name();
        if (key.area() == Area.TASK && key.kind().equals(FAILOVERS)) {
            return Optional.of(new Of(new HostKey(key.tenant(), name), Part.PROCEDURE));
        }
        if (!key.kind().equals(HOSTS)) {
            return Optional.empty();
        }
        return switch (key.area()) {
            case DECISION -> Optional.of(new Of(new HostKey(key.tenant(), name), Part.DECISIONS));
            case LOCK -> {
                int slash = name.indexOf('/');
                Part part =
                        slash <= 0
                                ? null
                                : switch (name.substring(slash)) {
                                    case ALIVE -> Part.ALIVE;
                                    case DEATH -> Part.DEATH;
                                    case LOCK -> Part.LOCK;
                                    case WORD -> Part.WORD;
                                    case SEEN -> Part.SEEN;
                                    case HEARD_BY_LINKS -> Part.HEARD_BY_LINKS;
                                    default -> null;
                                };
                yield part == null
                        ? Optional.empty()
                        : Optional.of(
                                new Of(new HostKey(key.tenant(), name.substring(0, slash)), part));
            }
            default -> Optional.empty();
        };
    }
}
