package io.evenkeel.cli;

/** What a verb leaves its caller; wrong usage (2) is picocli's to say. */
final class Exit {
    static final int OK = 0;
    static final int FAILED = 1;

    private Exit() {}
}
