/**
 * Races that jcstress provokes: {@code java -cp
 * bench/jcstress/target/classes:bench/jcstress/target/lib/* org.openjdk.jcstress.Main -m quick}.
 */
@NullMarked
package io.evenkeel.stress;

import org.jspecify.annotations.NullMarked;
