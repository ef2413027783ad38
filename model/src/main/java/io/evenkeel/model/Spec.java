package io.evenkeel.model;

/** What somebody wants: the half of a resource that its source writes. */
public sealed interface Spec
        permits ServiceSpec,
                RouteSpec,
                EndpointSpec,
                PolicySpec,
                HostSpec,
                VirtualMachineSpec,
                DatastoreSpec {}
