/**
 * Connections to endpoints that wait to be used again: one stack per endpoint and loop, last in
 * first out, so that few stay warm and the rest age away.
 */
@NullMarked
package io.evenkeel.gateway.pool;

import org.jspecify.annotations.NullMarked;
