/**
 * Moves what a store holds into a file and from a file into a store, whichever store it is: all it
 * needs is the port. {@code docs/operating/backup.md} is its page.
 */
@NullMarked
package io.evenkeel.store.transfer;

import org.jspecify.annotations.NullMarked;
