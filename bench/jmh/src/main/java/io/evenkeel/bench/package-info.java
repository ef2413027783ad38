/** Benchmarks; each main prints {@code name value unit} lines last. */
@NullMarked
package io.evenkeel.bench;

import org.jspecify.annotations.NullMarked;
