/** What several loops share state with, where a lock of the JDK would cost too much. */
@NullMarked
package io.evenkeel.kernel.concurrent;

import org.jspecify.annotations.NullMarked;
