/**
 * Declared resources in files: read, checked whole, applied, and applied again when they change.
 */
@NullMarked
package io.evenkeel.control.files;

import org.jspecify.annotations.NullMarked;
