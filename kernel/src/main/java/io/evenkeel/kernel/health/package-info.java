/**
 * Active checks, outlier detection and what an exchange with an endpoint came to (requirement A6).
 */
@NullMarked
package io.evenkeel.kernel.health;

import org.jspecify.annotations.NullMarked;
