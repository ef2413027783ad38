package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Range;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Names a resource and says who owns it. Tenant and name together are unique per kind. */
public record Metadata(
        @About("Whose it is.") @Default("default") String tenant,
        @About("Unique per tenant and kind: DNS labels joined by dots, at most 253 characters.")
                String name,
        @About("Given at creation and never again to another resource; set by the server.")
                @Default("''")
                String uid,
        @About("Counts the changes of the spec, from 1; set by the server.")
                @Default("0")
                @Range(min = "0")
                long generation,
        @About("The store's revision of the last change; If-Match takes it. Set by the server.")
                @Default("0")
                @Range(min = "0")
                long revision,
        @About("Free text by key.") @Default("{}") SortedMap<String, String> labels,
        @About("Who owns it: writes from another source are refused. Set by the server.")
                @Default("api")
                Source source)
        implements Checked {

    /** The tenant of everything that names none. */
    public static final String DEFAULT_TENANT = "default";

    /** Copies the labels. */
    public Metadata {
        labels =
                labels.isEmpty()
                        ? Collections.emptySortedMap()
                        : Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /** As it is before a server has seen it. */
    public static Metadata of(String tenant, String name, Source source) {
        return new Metadata(tenant, name, "", 0, 0, new TreeMap<>(), source);
    }

    /** The same with what the store says: the revision at which it was last changed. */
    public Metadata atRevision(long storeRevision) {
        return new Metadata(tenant, name, uid, generation, storeRevision, labels, source);
    }

    @Override
    public void check(Checks checks) {
        Names.check(checks, "tenant", tenant);
        Names.check(checks, "name", name);
        Names.checkLabels(checks, labels);
    }
}
