/**
 * A gateway's own copy of what it read of the store, for a start while the store does not answer.
 * It is kept by H2's MVStore, a version for each group of changes, without a sync for each: what is
 * lost with it is read again.
 */
@NullMarked
package io.evenkeel.store.copy;

import org.jspecify.annotations.NullMarked;
