@NullMarked
package io.evenkeel.wire;

import org.jspecify.annotations.NullMarked;
