package io.evenkeel.model;

/** Who owns a resource; a write from another source is refused, naming the owner. */
public enum Source {
    /** The REST API or the command line. */
    API,
    /** A declarative file that a process watches. */
    FILE,
    /** A Kubernetes cluster. */
    KUBERNETES,
    /** The backend itself, which registered over its link. */
    LINK,
    /** The host itself, whose agent makes it known. */
    AGENT
}
