/**
 * A cluster of real processes under faults that a seed draws, and what has to hold meanwhile
 * (docs/internals/chaos.md).
 */
@NullMarked
package io.evenkeel.it.chaos;

import org.jspecify.annotations.NullMarked;
