package io.evenkeel.control.api;

import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.HostState;
import io.evenkeel.kernel.failover.HostTable;
import io.evenkeel.kernel.failover.Procedure;
import io.evenkeel.kernel.failover.Stage;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.model.Condition;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostStatus;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Spec;
import io.evenkeel.model.Status;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * The condition that says of a host that it is in question. Only such hosts have a record, so one
 * small range tells it of all.
 */
final class HostConditions {
    /** The condition's type. */
    static final String IN_QUESTION = "InQuestion";

    private final HostTable hosts = new HostTable();

    /** What the store says now. */
    static HostConditions read(StoreAccess store, String tenant) {
        RangeResult.Range range =
                store.range(
                        RangeQuery.prefix(Keys.prefix(Keys.Area.TASK, HostKeys.FAILOVERS, tenant)));
        HostConditions conditions = new HostConditions();
        conditions.hosts.load(range.revision(), range.entries());
        return conditions;
    }

    /** The resource with the condition, if its host is in question. */
    Resource<?, ?> on(Resource<?, ?> resource) {
        HostState state =
                hosts.of(new HostKey(resource.metadata().tenant(), resource.metadata().name()));
        Procedure procedure = state.procedure();
        if (procedure == null || !(resource.status().orElse(null) instanceof HostStatus status)) {
            return resource;
        }
        Condition condition =
                new Condition(
                        IN_QUESTION,
                        Condition.Truth.TRUE,
                        reason(procedure),
                        procedure.stage().words(),
                        Instant.ofEpochMilli(procedure.stageMillis()));
        return new Resource<Spec, Status>(
                resource.apiVersion(),
                resource.kind(),
                resource.metadata(),
                resource.spec(),
                Optional.of(status.with(condition)));
    }

    /** The stage in camel case; a host that is asked and does not answer is suspected. */
    private static String reason(Procedure procedure) {
        if (procedure.stage() == Stage.ASKING && procedure.suspectedMillis() != 0) {
            return "Suspected";
        }
        String name = procedure.stage().name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }
}
