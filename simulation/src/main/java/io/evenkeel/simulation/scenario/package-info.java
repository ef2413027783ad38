/** Named situations in which policies are compared, and their report. */
@NullMarked
package io.evenkeel.simulation.scenario;

import org.jspecify.annotations.NullMarked;
