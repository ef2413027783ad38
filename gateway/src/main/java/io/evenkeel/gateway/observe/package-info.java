/**
 * What a gateway notes about its traffic: why each request ended, counters and latencies, the
 * access log, and the last requests one by one. Each loop writes its own and never waits; others
 * read.
 */
@NullMarked
package io.evenkeel.gateway.observe;

import org.jspecify.annotations.NullMarked;
