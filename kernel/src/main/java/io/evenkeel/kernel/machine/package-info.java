/**
 * Virtual machines: what hosts and storage are asked for their sake. The ports; what native
 * libraries are behind them, and in which process, is their implementations' business.
 */
@NullMarked
package io.evenkeel.kernel.machine;

import org.jspecify.annotations.NullMarked;
