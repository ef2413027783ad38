/**
 * The operator's command line. It knows nothing but the REST API: what it shows is what a program
 * would get by {@code -o json}. Exit codes: 0 done, 1 failed, 2 wrong usage.
 */
@NullMarked
package io.evenkeel.cli;

import org.jspecify.annotations.NullMarked;
