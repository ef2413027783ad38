package io.evenkeel.host;

import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.model.tree.Tree;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What a driver said, as the ports say it. Stateless; any thread. */
final class Replies {
    private Replies() {}

    /** What cannot be read was not said. */
    static <T> CompletableFuture<Reply<T>> read(
            CompletableFuture<Reply<Tree>> said, Function<Tree, T> value) {
        return said.thenApply(reply -> read(reply, value));
    }

    private static <T> Reply<T> read(Reply<Tree> reply, Function<Tree, T> value) {
        return switch (reply) {
            case Reply.Done<Tree>(Tree done) -> {
                try {
                    yield new Reply.Done<>(value.apply(done));
                } catch (IllegalArgumentException e) {
                    yield new Reply.Unasked<>("the driver's answer makes no sense: " + e);
                }
            }
            case Reply.Refused<Tree>(String why) -> new Reply.Refused<>(why);
            case Reply.Silent<Tree>(String why) -> new Reply.Silent<>(why);
            case Reply.Unasked<Tree>(String why) -> new Reply.Unasked<>(why);
        };
    }
}
