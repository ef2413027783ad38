/**
 * The resources an operator, a file or a backend writes down: immutable records with their defaults
 * and checks. No behaviour beyond reading, writing and judging themselves.
 */
@NullMarked
package io.evenkeel.model;

import org.jspecify.annotations.NullMarked;
