@NullMarked
package io.evenkeel.simulation;

import org.jspecify.annotations.NullMarked;
