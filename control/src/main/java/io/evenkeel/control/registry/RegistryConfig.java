package io.evenkeel.control.registry;

import io.evenkeel.kernel.registry.ReaperLoop;
import io.evenkeel.model.Metadata;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Settings of the registry.
 *
 * @param gateway id under which presence is written; unique among running gateways, a name
 * @param tenants that may register
 * @param queueLimit registrations waiting beyond which further ones are answered BUSY
 * @param patience how long one registration is tried before it is answered UNAVAILABLE
 * @param storeDeadline how long one call of the store may take
 * @param presenceTtl how long presence outlives its gateway
 * @param absentFor how long an endpoint is absent everywhere before it is forgotten
 * @param housekeepingEvery time between two looks at what is over
 * @param copyAfter how long the store has to be read at the start before a local copy is shown
 */
public record RegistryConfig(
        String gateway,
        SortedSet<String> tenants,
        int queueLimit,
        Duration patience,
        Duration storeDeadline,
        Duration presenceTtl,
        Duration absentFor,
        Duration housekeepingEvery,
        Duration copyAfter) {

    public RegistryConfig {
        tenants = Collections.unmodifiableSortedSet(new TreeSet<>(tenants));
        if (storeDeadline.compareTo(patience) > 0) {
            throw new IllegalArgumentException(
                    "storeDeadline: "
                            + storeDeadline
                            + " (expected: <= patience, "
                            + patience
                            + ")");
        }
    }

    /** Defaults for a gateway of this id. */
    public static RegistryConfig of(String gateway) {
        return new RegistryConfig(
                gateway,
                new TreeSet<>(java.util.List.of(Metadata.DEFAULT_TENANT)),
                8_192,
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                ReaperLoop.ABSENT_FOR,
                Duration.ofSeconds(5),
                Duration.ofSeconds(3));
    }

    public RegistryConfig queueLimit(int other) {
        return new RegistryConfig(
                gateway,
                tenants,
                other,
                patience,
                storeDeadline,
                presenceTtl,
                absentFor,
                housekeepingEvery,
                copyAfter);
    }

    public RegistryConfig presenceTtl(Duration other) {
        return new RegistryConfig(
                gateway,
                tenants,
                queueLimit,
                patience,
                storeDeadline,
                other,
                absentFor,
                housekeepingEvery,
                copyAfter);
    }

    public RegistryConfig absentFor(Duration other, Duration every) {
        return new RegistryConfig(
                gateway,
                tenants,
                queueLimit,
                patience,
                storeDeadline,
                presenceTtl,
                other,
                every,
                copyAfter);
    }

    public RegistryConfig copyAfter(Duration other) {
        return new RegistryConfig(
                gateway,
                tenants,
                queueLimit,
                patience,
                storeDeadline,
                presenceTtl,
                absentFor,
                housekeepingEvery,
                other);
    }
}
