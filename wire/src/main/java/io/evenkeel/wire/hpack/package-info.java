/**
 * Header compression for HTTP/2 (RFC 7541), sans-IO: octets in a {@link java.nio.ByteBuffer} to a
 * flat list of fields, and fields to octets. Nothing is allocated for a field once the arrays have
 * grown to what the connection needs; every array has a bound.
 */
@NullMarked
package io.evenkeel.wire.hpack;

import org.jspecify.annotations.NullMarked;
