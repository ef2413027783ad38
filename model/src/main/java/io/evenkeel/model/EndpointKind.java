package io.evenkeel.model;

/** What an endpoint runs as. */
public enum EndpointKind {
    /** A virtual machine. */
    VM,
    /** A container. */
    CONTAINER,
    /** A process that is started as such on a machine. */
    PROCESS,
    /** A physical machine: usually declared, for it often cannot dial. */
    PHYSICAL
}
