/** A host that ends its own machines when they are lost to it anyhow; off unless it is set. */
@NullMarked
package io.evenkeel.agent.selffence;

import org.jspecify.annotations.NullMarked;
