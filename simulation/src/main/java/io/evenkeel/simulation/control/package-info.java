/**
 * Several controls on one store: the product's election and the term in every write of a leader,
 * under pauses, clocks of different speeds, ways that lose and delay in either direction.
 */
@NullMarked
package io.evenkeel.simulation.control;

import org.jspecify.annotations.NullMarked;
