/** Metrics of the process in the Prometheus text format. */
@NullMarked
package io.evenkeel.control.metrics;

import org.jspecify.annotations.NullMarked;
