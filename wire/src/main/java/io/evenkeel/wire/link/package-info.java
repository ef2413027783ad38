/**
 * Messages of the link protocol, version 1 ({@code docs/link-protocol.md}): records, their reading
 * and writing, and the splitting of a byte stream into lines. No socket, clock or thread.
 */
@NullMarked
package io.evenkeel.wire.link;

import org.jspecify.annotations.NullMarked;
