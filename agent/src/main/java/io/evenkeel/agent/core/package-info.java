/** An agent's decisions, and the reading of what the kernel tells; no clock, thread or file. */
@NullMarked
package io.evenkeel.agent.core;

import org.jspecify.annotations.NullMarked;
