package io.evenkeel.kernel.witness;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.EndpointPlace;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.kernel.machine.RunTable;
import io.evenkeel.model.HostKey;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Hosts whose backends were linked to some gateway, and none is any more. It says no more than
 * that: backends that end together, as in a new release, look the same; so it is a cause to ask the
 * host, and nothing else. Pure and single-threaded.
 */
public final class LostLinks {
    private SortedMap<HostKey, Integer> linked = new TreeMap<>();
    private long revision;

    /**
     * Looks once; an image that was looked at before costs nothing.
     *
     * @return how many links were there before, by host
     */
    public SortedMap<HostKey, Integer> look(ClusterImage image, RunTable runs) {
        TreeMap<HostKey, Integer> lost = new TreeMap<>();
        if (image.revision() == revision) {
            return lost;
        }
        revision = image.revision();
        TreeMap<HostKey, Integer> now = new TreeMap<>();
        image.endpoints()
                .forEach((key, endpoint) -> {
                    HostKey host =
                            endpoint.declared() || !endpoint.presentAnywhere()
                                    ? null
                                    : host(EndpointPlace.of(key, endpoint.spec()), runs);
                    if (host != null) {
                        now.merge(host, 1, Integer::sum);
                    }
                });
        linked.forEach((host, count) -> {
            if (!now.containsKey(host)) {
                lost.put(host, count);
            }
        });
        linked = now;
        return lost;
    }

    private static @Nullable HostKey host(EndpointPlace place, RunTable runs) {
        MachineKey machine = place.machine();
        RunTable.Run run = machine == null ? null : runs.of(machine);
        return machine == null || run == null
                ? place.host()
                : new HostKey(machine.tenant(), run.record().host());
    }
}
