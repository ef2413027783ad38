/**
 * Durable work in the store: batches of tasks that workers claim under a lease, each with a token.
 * Pure; see docs/internals/tasks.md.
 */
@NullMarked
package io.evenkeel.kernel.task;

import org.jspecify.annotations.NullMarked;
