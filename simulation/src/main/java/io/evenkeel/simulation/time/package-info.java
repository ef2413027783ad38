/** Virtual time: one thread, one queue of events, one total order. */
@NullMarked
package io.evenkeel.simulation.time;

import org.jspecify.annotations.NullMarked;
