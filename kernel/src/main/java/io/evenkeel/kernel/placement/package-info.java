/**
 * Where a machine is to run (C7): ranking, limits, spreading, and whether a host may be lost. Pure;
 * see docs/internals/placement.md.
 */
@NullMarked
package io.evenkeel.kernel.placement;

import org.jspecify.annotations.NullMarked;
