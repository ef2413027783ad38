/** What only one process of a cluster may do, and how it is settled which one that is. */
@NullMarked
package io.evenkeel.control.leader;

import org.jspecify.annotations.NullMarked;
