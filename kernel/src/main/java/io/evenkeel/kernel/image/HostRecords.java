package io.evenkeel.kernel.image;

import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostSpec;
import io.evenkeel.model.HostUse;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is read of hosts: what operators declared, and what agents hold while they live. */
final class HostRecords {
    private static final HostSpec UNDECLARED = HostSpec.defaults();

    private record Alive(HostRecord record, long revision) {}

    private final TreeMap<HostKey, ImageRecords.Described<HostSpec>> declared = new TreeMap<>();
    private final TreeMap<HostKey, Alive> alive = new TreeMap<>();
    private final TreeMap<HostKey, HostUse> uses = new TreeMap<>();

    /** Whether a key is one that hosts are made of. */
    static boolean relevant(Keys.Key key) {
        if (!key.kind().equals(Kind.HOST.plural())) {
            return false;
        }
        return switch (key.area()) {
            case SPEC -> true;
            case LOCK -> isAlive(key) || isUse(key);
            default -> false;
        };
    }

    void declare(HostKey host, Metadata metadata, HostSpec spec) {
        declared.put(host, new ImageRecords.Described<>(metadata, spec));
    }

    void alive(HostKey host, HostRecord record, long revision) {
        alive.put(host, new Alive(record, revision));
    }

    void use(HostKey host, HostUse use) {
        uses.put(host, use);
    }

    void remove(Keys.Key key) {
        if (key.area() == Keys.Area.SPEC) {
            declared.remove(Keys.hostOf(key));
        } else if (isUse(key)) {
            uses.remove(Keys.hostOf(key));
        } else {
            alive.remove(Keys.hostOf(key));
        }
    }

    /** The keys of everything held. */
    List<Keys.Key> keys() {
        List<String> keys = new ArrayList<>();
        declared.keySet()
                .forEach(host -> keys.add(Keys.spec(Kind.HOST, host.tenant(), host.name())));
        alive.keySet().forEach(host -> keys.add(Keys.hostAlive(host)));
        uses.keySet().forEach(host -> keys.add(Keys.hostUse(host)));
        return keys.stream().map(key -> Keys.parse(key).orElseThrow()).toList();
    }

    /**
     * The host as its records say; null if it is neither declared nor alive.
     *
     * @param suspectedMillis since when it is suspected, 0 if it is not
     */
    @Nullable HostImage image(HostKey key, long suspectedMillis) {
        ImageRecords.Described<HostSpec> described = declared.get(key);
        Alive lives = alive.get(key);
        if (described == null && lives == null) {
            return null;
        }
        return new HostImage(
                key,
                described == null ? null : described.metadata(),
                described == null ? UNDECLARED : described.spec(),
                lives == null ? null : lives.record(),
                lives == null ? 0 : lives.revision(),
                lives == null ? null : uses.get(key),
                suspectedMillis);
    }

    /** Whether it is the key that an agent holds. */
    static boolean isAlive(Keys.Key key) {
        return Keys.hostAlive(Keys.hostOf(key)).equals(key.toString());
    }

    /** Whether it is the key of what is in use. */
    static boolean isUse(Keys.Key key) {
        return Keys.hostUse(Keys.hostOf(key)).equals(key.toString());
    }
}
