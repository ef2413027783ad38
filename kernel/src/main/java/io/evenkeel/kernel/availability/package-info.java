/** Who may take capacity away from a service by choice: the disruption ledger. Pure decisions. */
@NullMarked
package io.evenkeel.kernel.availability;

import org.jspecify.annotations.NullMarked;
