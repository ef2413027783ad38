/** The audit trail: kept within bounds, and read page by page, the latest first. */
@NullMarked
package io.evenkeel.control.audit;

import org.jspecify.annotations.NullMarked;
