package io.evenkeel.kernel.failover;

/**
 * One step of a round (C2: each step is logged).
 *
 * @param atMillis when it was known, milliseconds since 1970 UTC
 * @param round number within the procedure, from 1
 * @param witness who was asked
 * @param answer what came of it
 * @param detail in the asker's words, such as {@code connect: timed out after 5s}
 */
public record Evidence(long atMillis, long round, Witness witness, Answer answer, String detail) {}
