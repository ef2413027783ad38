package io.evenkeel.model;

import java.util.Comparator;

/** Names an endpoint: its tenant and its endpoint id ({@code metadata.name}). */
public record EndpointKey(String tenant, String name) implements Comparable<EndpointKey> {
    private static final Comparator<EndpointKey> ORDER =
            Comparator.comparing(EndpointKey::tenant).thenComparing(EndpointKey::name);

    @Override
    public int compareTo(EndpointKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return tenant + "/" + name;
    }
}
