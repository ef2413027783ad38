/**
 * A network that exists only in memory: the gateway's {@code net} port with latency, bandwidth,
 * bounded buffers, cuts at seeded places and faults on command.
 *
 * <p>It behaves as Linux does towards a program: data written before a close still arrives, a close
 * with unread data resets, data for a closed socket is answered by a reset, a stopped process still
 * has its connections accepted and its buffers filled by the kernel.
 */
@NullMarked
package io.evenkeel.simulation.net;

import org.jspecify.annotations.NullMarked;
