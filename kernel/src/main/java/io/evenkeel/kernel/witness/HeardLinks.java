package io.evenkeel.kernel.witness;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.HostKey;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Which suspected hosts a gateway hears: backends on them whose links brought something since the
 * last look. A link that merely stands says nothing; it stands until its silence is noticed. Pure
 * and single-threaded.
 */
public final class HeardLinks {
    /** When each suspect was last heard, as of the last look; {@link #NO_LINK} without one. */
    private TreeMap<EndpointKey, Long> heard = new TreeMap<>();

    private static final long NO_LINK = Long.MIN_VALUE;

    /**
     * Looks once.
     *
     * @param lastHeard when something came on a link of an endpoint here, on any clock; empty if it
     *     has none
     * @return how many backends of each suspected host were heard since the look before; hosts of
     *     which none was are not in it
     */
    public SortedMap<HostKey, Integer> look(
            ClusterImage image, Function<EndpointKey, OptionalLong> lastHeard) {
        TreeMap<EndpointKey, Long> before = heard;
        heard = new TreeMap<>();
        TreeMap<HostKey, Integer> hosts = new TreeMap<>();
        if (image.hosts().values().stream().allMatch(host -> host.suspectedMillis() == 0)) {
            return hosts;
        }
        image.endpoints()
                .forEach((key, endpoint) -> {
                    if (endpoint.suspected()) {
                        long now = lastHeard.apply(key).orElse(NO_LINK);
                        Long then = before.get(key);
                        if (then != null && now > then) {
                            HostKey host = new HostKey(key.tenant(), endpoint.suspectedHost());
                            hosts.merge(host, 1, Integer::sum);
                        }
                        heard.put(key, now);
                    }
                });
        return hosts;
    }
}
