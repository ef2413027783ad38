package io.evenkeel.gateway.http1;

import java.nio.charset.StandardCharsets;

/** What a reply says about the client connection's future (RFC 9112 section 9). */
@SuppressWarnings("ImmutableEnumChecker") // nobody writes to the lines' bytes
public enum Persistence {
    /** It stays open; HTTP/1.1 needs no words for that. */
    KEEP_ALIVE(""),
    /** It stays open, and an HTTP/1.0 client has to be told. */
    KEEP_ALIVE_SAID("Connection: keep-alive\r\n"),
    /** It is closed behind this reply. */
    CLOSE("Connection: close\r\n");

    private final byte[] line;

    Persistence(String line) {
        this.line = line.getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns the header line that says it, maybe empty. */
    byte[] line() {
        return line;
    }

    /** Returns what to say to a client of HTTP/1.{@code minorVersion}. */
    public static Persistence of(boolean keepAlive, int minorVersion) {
        if (!keepAlive) {
            return CLOSE;
        }
        return minorVersion == 0 ? KEEP_ALIVE_SAID : KEEP_ALIVE;
    }
}
