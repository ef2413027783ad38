package io.evenkeel.agent.selffence;

/**
 * What an agent answers another about a host, read in the store for the answer.
 *
 * @param host whom it is about
 * @param confirmed whether the host's failure is confirmed, and nobody has begun to take it back
 */
record FailureSeen(String host, boolean confirmed) {
    /** Where agents are asked; a host's name follows. */
    static final String PATH = "/v1/failures/";
}
