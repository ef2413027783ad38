package io.evenkeel.control.metrics;

import io.evenkeel.control.failover.HostRecords;
import io.evenkeel.control.registry.ImageRelay;
import io.evenkeel.kernel.failover.HostState;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.machine.HostSite;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.kernel.placement.Placement;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Whether a host may be lost, and which are in question already. Nothing at all where no host is
 * declared as one that runs machines. Placing every host's machines on the others costs machines
 * times hosts, so it is done when somebody asks, and at most every half minute. Thread-safe; an
 * answer waits for the store, a few seconds at most, and is left out if that does not answer.
 */
public final class HostMetrics implements Supplier<List<MetricFamily>> {
    private static final long EVERY_NANOS = 30_000_000_000L;
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final Store store;
    private final ImageRelay images;
    private final PlacementSettings placement;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private List<MetricFamily> last = List.of();
    private long lastNanos;
    private boolean looked;

    /**
     * Metrics of a cluster.
     *
     * @param nanos monotonic, nanoseconds
     */
    public HostMetrics(
            Store store,
            ImageRelay images,
            PlacementSettings placement,
            InstantSource clock,
            LongSupplier nanos) {
        this.store = store;
        this.images = images;
        this.placement = placement;
        this.clock = clock;
        this.nanos = nanos;
    }

    @Override
    public synchronized List<MetricFamily> get() {
        long now = nanos.getAsLong();
        if (!looked || now - lastNanos >= EVERY_NANOS) {
            last = look(images.image());
            lastNanos = now;
            looked = !last.isEmpty();
        }
        return last;
    }

    private List<MetricFamily> look(ClusterImage image) {
        TreeSet<String> tenants = new TreeSet<>();
        image.hosts()
                .forEach((key, host) -> {
                    if (host.metadata() != null && !host.spec().libvirt().isEmpty()) {
                        tenants.add(key.tenant());
                    }
                });
        HostRecords records =
                tenants.isEmpty() ? null : HostRecords.read(store, DEADLINE).orElse(null);
        if (records == null) {
            return List.of();
        }
        HostSite site = new HostSite(image, records.runs());
        List<MetricFamily.Sample> stranding = new ArrayList<>();
        List<MetricFamily.Sample> questioned = new ArrayList<>();
        for (String tenant : tenants) {
            List<MetricFamily.Label> labels = List.of(new MetricFamily.Label("tenant", tenant));
            Placement placed =
                    new Placement(
                            placement,
                            site.figures(tenant, records.hosts(), records.tasks(), clock.millis()));
            stranding.add(new MetricFamily.Value(labels, placed.losses().size()));
            questioned.add(new MetricFamily.Value(labels, inQuestion(records, tenant)));
        }
        return List.of(
                new MetricFamily(
                        "evenkeel_hosts_not_losable",
                        MetricFamily.Type.GAUGE,
                        "Hosts of which some machines would find no place on the others.",
                        "",
                        stranding),
                new MetricFamily(
                        "evenkeel_hosts_in_question",
                        MetricFamily.Type.GAUGE,
                        "Hosts whose failure is in question, confirmed or fenced.",
                        "",
                        questioned));
    }

    private static long inQuestion(HostRecords records, String tenant) {
        return records.hosts().hosts().values().stream()
                .filter(state -> state.host().tenant().equals(tenant))
                .filter(HostMetrics::isInQuestion)
                .count();
    }

    private static boolean isInQuestion(HostState state) {
        return state.procedure() != null || state.confirmed() || !state.unreadable().isEmpty();
    }
}
