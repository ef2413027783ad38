/** The network port over {@code java.nio.channels}: the portable transport. */
@NullMarked
package io.evenkeel.gateway.net.nio;

import org.jspecify.annotations.NullMarked;
