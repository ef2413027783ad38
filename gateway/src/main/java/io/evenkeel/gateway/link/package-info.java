/**
 * Server side of the link protocol ({@code docs/link-protocol.md}): backends dial, register, are
 * heard from, and are absent at once when they are not. {@link io.evenkeel.gateway.link.LinkServer}
 * is the way in; the session and the handshake are sans-IO.
 */
@NullMarked
package io.evenkeel.gateway.link;

import org.jspecify.annotations.NullMarked;
