/**
 * Which host is dead, and when its machines may run elsewhere (C1-C6, C10, C11): the procedure from
 * a lost {@code alive} key to a fence that storage has confirmed, and back by readmission. Pure;
 * see docs/internals/failover.md.
 */
@NullMarked
package io.evenkeel.kernel.failover;

import org.jspecify.annotations.NullMarked;
