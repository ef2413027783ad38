package io.evenkeel.cli;

import picocli.CommandLine.Option;

/** Why something is changed, in the caller's words. */
final class ReasonOption {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit trail.")
    String text = "";
}
