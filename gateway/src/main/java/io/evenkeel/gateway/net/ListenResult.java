package io.evenkeel.gateway.net;

/** The outcome of {@link NetLoop#listen}. */
public sealed interface ListenResult {
    /** Connections are accepted from now on. */
    record Listening(Listener listener) implements ListenResult {}

    /**
     * The address can't be listened on.
     *
     * @param message what failed and what to do, in one sentence with the address
     */
    record Refused(String message) implements ListenResult {}
}
