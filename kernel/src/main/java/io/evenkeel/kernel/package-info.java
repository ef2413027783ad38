@NullMarked
package io.evenkeel.kernel;

import org.jspecify.annotations.NullMarked;
