package io.evenkeel.host.driver;

import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.JsonReader;
import io.evenkeel.model.tree.JsonWriter;
import io.evenkeel.model.tree.ReadLimits;
import io.evenkeel.model.tree.Tree;
import java.util.Locale;

/**
 * What a driver process and who started it say to each other, a line of JSON each:
 *
 * <pre>
 * {"id":7,"call":"domains","timeout":2000,"arguments":{…}}  a request
 * {"id":7,"is":"done","value":…}                            its answer; also refused, silent, unasked, with "why"
 * {"id":7,"probe":true}                                     how far is it?
 * {"id":7,"asked":1980}                                     the library was called 1,980 ms ago; -1: not yet
 * </pre>
 */
public sealed interface Line {
    /** The longest line that either side reads, in bytes: a list of some thousand machines. */
    int MAX_BYTES = 1 << 20;

    /** By it an answer is known. */
    long id();

    /**
     * A call to the library.
     *
     * @param timeoutMillis for it; who started the driver waits no longer
     */
    record Request(long id, String call, long timeoutMillis, Tree arguments) implements Line {}

    /** What came of a call. */
    record Answer(long id, Reply<Tree> reply) implements Line {}

    /** How far is it? Answered at once, whatever the library does. */
    record Probe(long id) implements Line {}

    /**
     * How far it is.
     *
     * @param millis since the library was called, or -1
     */
    record Asked(long id, long millis) implements Line {}

    /** On one line, with its end. */
    default String written() {
        Tree tree =
                switch (this) {
                    case Request request ->
                            Fields.object(
                                    "id",
                                    Fields.number(request.id),
                                    "call",
                                    Fields.text(request.call),
                                    "timeout",
                                    Fields.number(request.timeoutMillis),
                                    "arguments",
                                    request.arguments);
                    case Answer(long id, Reply<Tree> reply) -> answer(id, reply);
                    case Probe(long id) ->
                            Fields.object("id", Fields.number(id), "probe", Fields.truth(true));
                    case Asked(long id, long millis) ->
                            Fields.object("id", Fields.number(id), "asked", Fields.number(millis));
                };
        return JsonWriter.compact(tree) + "\n";
    }

    private static Tree answer(long id, Reply<Tree> reply) {
        String key = reply instanceof Reply.Done ? "value" : "why";
        Tree value =
                switch (reply) {
                    case Reply.Done<Tree>(Tree done) -> done;
                    case Reply.Refused<Tree>(String why) -> Fields.text(why);
                    case Reply.Silent<Tree>(String why) -> Fields.text(why);
                    case Reply.Unasked<Tree>(String why) -> Fields.text(why);
                };
        String is = reply.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        return Fields.object("id", Fields.number(id), "is", Fields.text(is), key, value);
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Line read(byte[] utf8) {
        Tree tree =
                switch (JsonReader.read(utf8, new ReadLimits(MAX_BYTES, 16, 200_000))) {
                    case Bound.Good<Tree>(Tree good) -> good;
                    case Bound.Bad<Tree> bad ->
                            throw new IllegalArgumentException(bad.problems().toString());
                };
        long id = Fields.numberAt(tree, "id");
        if (Fields.has(tree, "call")) {
            return new Request(
                    id,
                    Fields.textAt(tree, "call"),
                    Fields.numberAt(tree, "timeout"),
                    Fields.at(tree, "arguments"));
        }
        if (Fields.has(tree, "probe")) {
            return new Probe(id);
        }
        if (Fields.has(tree, "asked")) {
            return new Asked(id, Fields.numberAt(tree, "asked"));
        }
        String is = Fields.textAt(tree, "is");
        return new Answer(
                id,
                switch (is) {
                    case "done" -> new Reply.Done<>(Fields.at(tree, "value"));
                    case "refused" -> new Reply.Refused<>(Fields.textAt(tree, "why"));
                    case "silent" -> new Reply.Silent<>(Fields.textAt(tree, "why"));
                    case "unasked" -> new Reply.Unasked<>(Fields.textAt(tree, "why"));
                    default -> throw new IllegalArgumentException("an answer that is " + is);
                });
    }
}
