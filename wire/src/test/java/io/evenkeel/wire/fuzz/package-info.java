/** What the fuzzers of all parsers share: seeded damage, corpora, and how long they run. */
@NullMarked
package io.evenkeel.wire.fuzz;

import org.jspecify.annotations.NullMarked;
