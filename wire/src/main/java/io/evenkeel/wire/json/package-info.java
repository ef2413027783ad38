/**
 * JSON as the link protocol needs it: RFC 8259 read strictly, with bounded depth and size, over
 * bytes.
 *
 * <p>It exists because a backend embeds it: no dependency, no reflection, no binding to classes.
 */
@NullMarked
package io.evenkeel.wire.json;

import org.jspecify.annotations.NullMarked;
