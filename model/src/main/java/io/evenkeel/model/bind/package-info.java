/**
 * One mechanism between trees and records, driven by the record components: it collects every
 * problem of a text with its place, what was seen, what was expected and what to do.
 */
@NullMarked
package io.evenkeel.model.bind;

import org.jspecify.annotations.NullMarked;
