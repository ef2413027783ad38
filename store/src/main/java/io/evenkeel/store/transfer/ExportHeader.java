package io.evenkeel.store.transfer;

import java.time.Instant;

/**
 * What an export says of itself in its first line.
 *
 * @param revision the one revision of the store at which everything was read
 * @param takenAt wall clock when it was begun
 * @param source the store it was read from, in words
 * @param cluster id of the cluster, empty if the store has none
 */
public record ExportHeader(long revision, Instant takenAt, String source, String cluster) {}
