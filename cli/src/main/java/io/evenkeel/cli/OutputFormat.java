package io.evenkeel.cli;

/** How a verb answers. */
enum OutputFormat {
    /** For people. */
    TABLE,
    /** For programs. */
    JSON,
    /** For files. */
    YAML
}
