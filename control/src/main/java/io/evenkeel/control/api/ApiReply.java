package io.evenkeel.control.api;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a handler answers: a whole body, or a feed of lines that goes on. */
public sealed interface ApiReply {
    /** Content type of JSON bodies. */
    String JSON = "application/json";

    /** HTTP status. */
    int status();

    /** Content type with its parameters. */
    String contentType();

    /** Further header lines, in order. */
    List<HeaderLine> headers();

    /** One header line of a reply. */
    record HeaderLine(String name, String value) {}

    /** A reply whose body is known. */
    record Whole(int status, String contentType, List<HeaderLine> headers, ApiBody body)
            implements ApiReply {
        /** This reply with one more header line. */
        public Whole with(String name, String value) {
            List<HeaderLine> extended = new ArrayList<>(headers);
            extended.add(new HeaderLine(name, value));
            return new Whole(status, contentType, List.copyOf(extended), body);
        }
    }

    /** A reply that is written as it happens. The feed runs on the request's own thread. */
    record Lines(int status, String contentType, List<HeaderLine> headers, Feed feed)
            implements ApiReply {}

    /** Writes lines until the peer goes or there is nothing more to say; may block. */
    @FunctionalInterface
    interface Feed {
        /** Runs to the end of the reply. Throws when the peer is gone or does not read. */
        void run(LineSink sink) throws IOException, InterruptedException;
    }

    /** Where a feed's lines go. Not thread-safe. */
    @FunctionalInterface
    interface LineSink {
        /**
         * Sends one line and flushes it.
         *
         * @param line without the line feed, and containing none
         * @throws IOException when the peer is gone or does not read
         */
        void send(String line) throws IOException;
    }

    /** A reply in text of the given type. */
    static Whole text(int status, String contentType, String text) {
        return new Whole(status, contentType, List.of(), ApiBody.of(text));
    }

    /** A reply in JSON. */
    static Whole json(int status, String json) {
        return text(status, JSON, json);
    }
}
