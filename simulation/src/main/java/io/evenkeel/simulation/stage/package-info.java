/**
 * The gateway itself on a stage: its proxy core and the kernel's queue as they are, run by
 * simulated loops between simulated backends and clients.
 */
@NullMarked
package io.evenkeel.simulation.stage;

import org.jspecify.annotations.NullMarked;
