package io.evenkeel.host.driver;

import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.model.tree.Tree;

/** What a driver does with a call; on any of several threads, and each call on one. */
public interface Handler {
    /**
     * Does it, however long the library takes: who asked ends the process when it has waited
     * enough.
     *
     * @throws IllegalArgumentException if there is no such call, or it is not for these arguments
     */
    Reply<Tree> handle(Line.Request request);
}
