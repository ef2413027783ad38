/** What a pick costs; started by {@link io.evenkeel.bench.PickBench}. */
@NullMarked
package io.evenkeel.bench.pick;

import org.jspecify.annotations.NullMarked;
