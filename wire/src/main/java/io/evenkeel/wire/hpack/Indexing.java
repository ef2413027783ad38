package io.evenkeel.wire.hpack;

/** How an encoder may represent a field (RFC 7541, section 6.2). */
public enum Indexing {
    /**
     * As the name suggests: credentials and cookies are {@link #NEVER} indexed, names whose values
     * rarely repeat stay {@link #LITERAL}, the rest is {@link #INDEX}ed unless it would fill most
     * of the table.
     */
    AUTO,
    /** Enters the dynamic table. */
    INDEX,
    /** Stays out of this connection's table. */
    LITERAL,
    /** Stays out of every table on the way, so that nobody can guess it by probing. */
    NEVER
}
