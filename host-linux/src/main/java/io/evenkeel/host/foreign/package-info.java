/** Native libraries, found when they are first needed. */
@NullMarked
package io.evenkeel.host.foreign;

import org.jspecify.annotations.NullMarked;
