/** Native calls in processes of their own: the lines that both sides speak, and each side. */
@NullMarked
package io.evenkeel.host.driver;

import org.jspecify.annotations.NullMarked;
