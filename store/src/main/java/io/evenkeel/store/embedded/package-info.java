/**
 * The store of one machine: kernel's {@link io.evenkeel.kernel.store.StoreState} decides, H2's
 * MVStore persists what it decided, and nothing is answered before it is on disk. The page {@code
 * docs/internals/store.md} says what that promises.
 */
@NullMarked
package io.evenkeel.store.embedded;

import org.jspecify.annotations.NullMarked;
