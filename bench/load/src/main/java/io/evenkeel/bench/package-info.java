/** Benchmarks that drive whole processes: ours beside named peers, in the same run. */
@NullMarked
package io.evenkeel.bench;

import org.jspecify.annotations.NullMarked;
