/**
 * HTTP/2 (RFC 9113) as a sans-IO connection: octets in, events out; commands in, octets out. Both
 * roles. No socket, clock or thread; every queue and table has a bound, and what a hostile peer
 * gets is in {@code docs/internals/http2.md}.
 */
@NullMarked
package io.evenkeel.wire.http2;

import org.jspecify.annotations.NullMarked;
