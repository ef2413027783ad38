package io.evenkeel.kernel.machine;

/**
 * A client that the storage lists as having a disk open.
 *
 * @param address with port and nonce, as the storage writes it, such as {@code
 *     10.77.0.11:0/3735928559}
 * @param client its number at the storage
 * @param acknowledged whether it answered the notify just now: it lives. Not: it is silent, which
 *     proves nothing
 */
public record Watcher(String address, long client, boolean acknowledged) {}
