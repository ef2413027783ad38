package io.evenkeel.kernel.registry;

import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.Metadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last registrations that were refused, for operators who ask why a backend does not appear.
 * One that comes again and again is one entry with a count, so that it does not wash out the
 * others.
 *
 * <p>Soft state, in memory: a refusal changes nothing and so has no transaction to go with, and a
 * flood of refusals must not become a flood of writes. A refused backend comes again after a
 * restart. Single-threaded.
 */
public final class RefusalLog {
    /** Entries kept. */
    public static final int CAPACITY = 256;

    private static final int LONGEST = 256;

    private record Key(String tenant, String workload, String incarnation, String code) {}

    private final LinkedHashMap<Key, Refusal> byKey = new LinkedHashMap<>();

    /**
     * Notes one.
     *
     * @param endpoint the id it meant, null if it did not say
     * @param imageRevision of the image it was decided on
     */
    public void note(
            Registration registration,
            @Nullable EndpointKey endpoint,
            AdmissionReply.Refused reply,
            long imageRevision,
            long atMillis) {
        String tenant =
                registration.tenant().isEmpty()
                        ? Metadata.DEFAULT_TENANT
                        : clipped(registration.tenant());
        String workload = clipped(registration.workload());
        String incarnation = clipped(registration.incarnation());
        Key key = new Key(tenant, workload, incarnation, reply.code().name());
        Refusal before = byKey.remove(key);
        byKey.put(
                key,
                new Refusal(
                        tenant,
                        clipped(registration.service()),
                        endpoint == null ? clipped(registration.endpoint()) : endpoint.name(),
                        workload,
                        clipped(registration.address()),
                        incarnation,
                        reply.code(),
                        clipped(reply.message()),
                        imageRevision,
                        before == null ? atMillis : before.firstMillis(),
                        atMillis,
                        before == null ? 1 : before.count() + 1));
        if (byKey.size() > CAPACITY) {
            byKey.remove(byKey.firstEntry().getKey());
        }
    }

    /** All of them, the latest first. */
    public List<Refusal> latest() {
        return new ArrayList<>(byKey.values()).reversed();
    }

    private static String clipped(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }
}
