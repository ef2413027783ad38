/**
 * Who of several candidates leads, and how what a leader writes is kept from taking effect when it
 * leads no longer. Pure; the threads that drive it live in control.
 */
@NullMarked
package io.evenkeel.kernel.election;

import org.jspecify.annotations.NullMarked;
