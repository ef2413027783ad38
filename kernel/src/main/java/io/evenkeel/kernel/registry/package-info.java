/**
 * Who may be an endpoint: identity rules, admission, presence, and forgetting. Pure decisions; the
 * threads that drive them live in control.
 */
@NullMarked
package io.evenkeel.kernel.registry;

import org.jspecify.annotations.NullMarked;
