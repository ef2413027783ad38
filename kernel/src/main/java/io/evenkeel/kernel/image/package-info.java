/**
 * The cluster as one immutable value: what the store's records say, ready for readers. A batch of
 * changes yields a new image and a delta; both cost in proportion to what changed.
 */
@NullMarked
package io.evenkeel.kernel.image;

import org.jspecify.annotations.NullMarked;
