package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is known of a host. */
public record HostStatus(
        @About("The generation of the spec this speaks of.") @Default("0") long observedGeneration,
        @About("Facts, at most one of a type.") @Default("[]") List<Condition> conditions,
        @About("Whether its agent holds the host's key now.") @Default("false") boolean alive,
        @About("Since when this agent does.") Optional<Instant> since,
        @About("The agent's version.") @Default("''") String version,
        @About("What it consists of; absent while no agent says it.")
                Optional<HostInventory> inventory,
        @About("What of it is in use; absent while no agent says it.") Optional<HostUse> use)
        implements Status {

    /** Copies the list. */
    public HostStatus {
        conditions = List.copyOf(conditions);
    }

    /** The same with one more fact. */
    public HostStatus with(Condition fact) {
        List<Condition> facts = new ArrayList<>(conditions);
        facts.add(fact);
        return new HostStatus(observedGeneration, facts, alive, since, version, inventory, use);
    }
}
