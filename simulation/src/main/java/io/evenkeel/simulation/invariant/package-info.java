/** One checker a promise; each holds the queue against the stage's own ledger. */
@NullMarked
package io.evenkeel.simulation.invariant;

import org.jspecify.annotations.NullMarked;
