package io.evenkeel.model;

import java.util.List;

/** What is: the half of a resource that Evenkeel's loops write. */
public sealed interface Status
        permits ServiceStatus,
                RouteStatus,
                EndpointStatus,
                PolicyStatus,
                HostStatus,
                VirtualMachineStatus,
                DatastoreStatus {
    /** The generation of the spec that this status speaks of; 0 if none was observed. */
    long observedGeneration();

    /** Facts, at most one per type. */
    List<Condition> conditions();
}
