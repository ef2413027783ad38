/**
 * What is observed of every resource: conditions, judged from images and stored beside the specs.
 * Pure decisions.
 */
@NullMarked
package io.evenkeel.kernel.status;

import org.jspecify.annotations.NullMarked;
