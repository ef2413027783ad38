/**
 * HTTP/1.0 and HTTP/1.1 messages as pure state machines over {@link java.nio.ByteBuffer}: bytes in,
 * offsets and verdicts out (RFC 9110, RFC 9112). Nothing here does I/O, reads a clock or allocates
 * per request; ambiguity is rejected, never repaired. Objects belong to one loop at a time.
 */
@NullMarked
package io.evenkeel.gateway.http1;

import org.jspecify.annotations.NullMarked;
