/** The registry's decisions over the store's semantics, with delay, stale images and doubt. */
@NullMarked
package io.evenkeel.simulation.registry;

import org.jspecify.annotations.NullMarked;
