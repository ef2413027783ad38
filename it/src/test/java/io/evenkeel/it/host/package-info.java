/** Suite C: hosts that run virtual machines on shared storage, and fail. */
@NullMarked
package io.evenkeel.it.host;

import org.jspecify.annotations.NullMarked;
