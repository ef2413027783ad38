/**
 * The load queue of a service and the other policies behind the same port (requirements A2, A3,
 * A8). Start at {@link ServiceQueue}.
 */
@NullMarked
package io.evenkeel.kernel.balancing;

import org.jspecify.annotations.NullMarked;
