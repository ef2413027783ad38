/** Random runs: everything that can go wrong does, in an order that the seed decides. */
@NullMarked
package io.evenkeel.simulation.fault;

import org.jspecify.annotations.NullMarked;
