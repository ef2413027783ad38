/** One simulated store and the ways to it: calls and watches that lag, are lost or come late. */
@NullMarked
package io.evenkeel.simulation.store;

import org.jspecify.annotations.NullMarked;
