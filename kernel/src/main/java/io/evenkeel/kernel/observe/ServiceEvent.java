package io.evenkeel.kernel.observe;

import io.evenkeel.kernel.balancing.QueueEvent;

/**
 * Something that happened in a service's queue at one gateway.
 *
 * @param atMillis wall clock when it happened, milliseconds since 1970 UTC
 * @param event what; its times are the loops' clock's
 */
public record ServiceEvent(long atMillis, QueueEvent event) {}
