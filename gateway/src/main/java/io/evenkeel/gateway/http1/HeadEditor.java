package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes the head that goes out from the head that came in, by copying runs of lines as they are,
 * leaving out what is for this hop only (RFC 9110 section 7.6.1) and appending what this gateway
 * has to say. Nothing is parsed again, and no line is spelled anew unless this gateway changes it.
 *
 * <p>One editor per loop; not thread-safe, allocates nothing.
 */
public final class HeadEditor {
    /** Not enough room in the target; nothing was written. */
    public static final int OVERFLOW = -1;

    /** More than the constant parts of all appended lines together. */
    private static final int APPENDED_BYTES = 512;

    private static final byte[] VERSION_LINE_END = ascii(" HTTP/1.1\r\n");
    private static final byte[] VERSION = ascii("HTTP/1.1");
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] HOST = ascii("Host: ");
    private static final byte[] FOR = ascii("X-Forwarded-For: ");
    private static final byte[] PROTO = ascii("X-Forwarded-Proto: ");
    private static final byte[] FORWARDED_HOST = ascii("X-Forwarded-Host: ");
    private static final byte[] PORT = ascii("X-Forwarded-Port: ");
    private static final byte[] FORWARDED = ascii("Forwarded: ");
    private static final byte[] ELEMENT_HOST = ascii(";host=\"");
    private static final byte[] REQUEST_ID = ascii("X-Request-Id: ");
    private static final byte[] CONNECTION_UPGRADE = ascii("Connection: upgrade\r\n");
    private static final byte[] CONNECTION_TE = ascii("Connection: TE\r\nTE: trailers\r\n");
    private static final byte[] CONNECTION_UPGRADE_TE =
            ascii("Connection: upgrade, TE\r\nTE: trailers\r\n");
    private static final byte[] TRAILERS = ascii("trailers");

    private final byte[] via10;
    private final byte[] via11;

    /**
     * @param pseudonym this gateway's name in Via: a token of at most 64 characters
     */
    public HeadEditor(String pseudonym) {
        for (int i = 0; i < pseudonym.length(); i++) {
            if (pseudonym.charAt(i) > '~' || CharClass.TOKEN[pseudonym.charAt(i)] == 0) {
                throw new IllegalArgumentException(
                        "pseudonym: " + pseudonym + " (expected: a token)");
            }
        }
        if (pseudonym.isEmpty() || pseudonym.length() > 64) {
            throw new IllegalArgumentException(
                    "pseudonym: " + pseudonym + " (expected: 1 to 64 characters)");
        }
        via10 = ascii("Via: 1.0 " + pseudonym + "\r\n");
        via11 = ascii("Via: 1.1 " + pseudonym + "\r\n");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Returns room that is enough for a request head going out: at most 1 KiB more than came in, 64
     * bytes for each earlier hop, and what the edits add.
     */
    public static int requestRoom(RequestHead head, ForwardingChain chain, HeadEdits edits) {
        int authority = head.authorityEnd() - head.hostStart();
        return head.length() + APPENDED_BYTES + 3 * authority + chain.room() + edits.requestRoom();
    }

    /**
     * Writes the request head for the upstream: HTTP/1.1 in origin-form.
     *
     * @param source the buffer that {@code head} was scanned in
     * @param chain the earlier hops that are believed
     * @param requestId this gateway's id for the request, in ASCII, at most 64 bytes; a trusted
     *     source's own X-Request-Id stays instead
     * @param fallbackHost the Host to send if an HTTP/1.0 client named none, at most 128 bytes
     * @param edits what the operator wants to be changed
     * @param dropExpect whether Expect ends here because the gateway answered it
     * @param target written from its position on, which moves
     * @return the bytes written, or {@link #OVERFLOW}
     */
    public int request(
            RequestHead head,
            ByteBuffer source,
            Provenance provenance,
            ForwardingChain chain,
            byte[] requestId,
            byte[] fallbackHost,
            HeadEdits edits,
            boolean dropExpect,
            ByteBuffer target) {
        if (target.remaining() < requestRoom(head, chain, edits)) {
            return OVERFLOW;
        }
        int start = target.position();
        PathPrefix prefix = edits.prefix();
        LineEdits lines = edits.request();
        boolean asIs = head.minorVersion() == 1 && !head.absoluteForm() && prefix == null;
        int run = asIs ? head.methodStart() : head.headersStart();
        if (!asIs) {
            requestLine(head, source, prefix, target);
        }
        boolean trusted = provenance.trusted();
        boolean te = false;
        for (int i = 0; i < head.count(); i++) {
            FieldName name = head.name(i);
            if (name == FieldName.TE) {
                te |= contains(source, head.valueStart(i), head.valueEnd(i), TRAILERS);
            }
            boolean dropped =
                    switch (name) {
                        case OTHER -> head.named(i);
                        case UPGRADE -> !head.upgrade();
                        case X_FORWARDED_FOR, FORWARDED, SOURCE_LOOK_ALIKE -> true;
                        // What HTTP/1.0 expects is ignored (RFC 9110 section 10.1.1).
                        case EXPECT -> dropExpect || head.minorVersion() == 0;
                        default ->
                                name.hopByHop()
                                        || head.named(i)
                                        || (name.tellsSource() && !trusted);
                    };
            if (dropped || lines.drops(head, i, source)) {
                copy(source, run, head.nameStart(i), target);
                run = head.lineEnd(i);
            }
        }
        copy(source, run, head.start() + head.length() - 2, target);
        target.put(lines.appended());
        appendHost(head, source, fallbackHost, target);
        appendProvenance(head, source, provenance, chain, target);
        if (!trusted || !head.has(FieldName.X_REQUEST_ID)) {
            target.put(REQUEST_ID).put(requestId).put(CRLF);
        }
        target.put(head.minorVersion() == 0 ? via10 : via11);
        if (head.upgrade()) {
            target.put(te ? CONNECTION_UPGRADE_TE : CONNECTION_UPGRADE);
        } else if (te) {
            target.put(CONNECTION_TE);
        }
        target.put(CRLF);
        return target.position() - start;
    }

    private static void requestLine(
            RequestHead head, ByteBuffer source, @Nullable PathPrefix prefix, ByteBuffer target) {
        copy(source, head.methodStart(), head.methodEnd() + 1, target);
        int from = head.pathStart();
        if (head.asteriskForm() || (head.targetEnd() == from && head.method() == Method.OPTIONS)) {
            target.put((byte) '*'); // RFC 9112 section 3.2.4
        } else if (prefix != null) {
            prefix.write(head, source, target);
        } else {
            if (head.pathEnd() == from) {
                target.put((byte) '/');
            }
            copy(source, from, head.targetEnd(), target);
        }
        target.put(VERSION_LINE_END);
    }

    private static void appendHost(
            RequestHead head, ByteBuffer source, byte[] fallbackHost, ByteBuffer target) {
        if (head.has(FieldName.HOST)) {
            return;
        }
        target.put(HOST);
        if (head.hostEnd() > head.hostStart()) {
            copy(source, head.hostStart(), head.authorityEnd(), target);
        } else {
            target.put(fallbackHost);
        }
        target.put(CRLF);
    }

    private static void appendProvenance(
            RequestHead head,
            ByteBuffer source,
            Provenance provenance,
            ForwardingChain chain,
            ByteBuffer target) {
        boolean trusted = provenance.trusted();
        target.put(FOR);
        chain.writeAddresses(source, target);
        target.put(provenance.address()).put(CRLF);
        if (!trusted || !head.has(FieldName.X_FORWARDED_PROTO)) {
            target.put(PROTO).put(provenance.scheme()).put(CRLF);
        }
        boolean hasHost = head.hostEnd() > head.hostStart();
        if (hasHost && (!trusted || !head.has(FieldName.X_FORWARDED_HOST))) {
            target.put(FORWARDED_HOST);
            copy(source, head.hostStart(), head.authorityEnd(), target);
            target.put(CRLF);
        }
        if (!trusted || !head.has(FieldName.X_FORWARDED_PORT)) {
            target.put(PORT).put(provenance.port()).put(CRLF);
        }
        target.put(FORWARDED);
        chain.writeElements(source, target);
        target.put(provenance.element());
        if (hasHost) {
            target.put(ELEMENT_HOST);
            copy(source, head.hostStart(), head.authorityEnd(), target);
            target.put((byte) '"');
        }
        target.put(CRLF);
    }

    /** Returns room that is enough for a reply's head going out with {@code extra} lines. */
    public static int responseRoom(ResponseHead head, LineEdits edits, byte[] extra) {
        return head.length() + APPENDED_BYTES + edits.appended().length + extra.length;
    }

    /**
     * Writes the reply's head for the client, as HTTP/1.1.
     *
     * @param source the buffer that {@code head} was scanned in
     * @param persistence what the client is told about its connection
     * @param unchunk whether the chunked coding is taken off the body (HTTP/1.0 clients)
     * @param requestId the id to name in X-Request-Id instead of what the upstream says, at most 64
     *     bytes; null leaves the upstream's
     * @param edits what the operator wants to be changed in what the upstream says
     * @param extra whole header lines with their CRLF to append, maybe empty
     * @param target written from its position on, which moves
     * @return the bytes written, or {@link #OVERFLOW}
     */
    public int response(
            ResponseHead head,
            ByteBuffer source,
            Persistence persistence,
            boolean unchunk,
            byte @Nullable [] requestId,
            LineEdits edits,
            byte[] extra,
            ByteBuffer target) {
        if (target.remaining() < responseRoom(head, edits, extra)) {
            return OVERFLOW;
        }
        int start = target.position();
        int run = head.start();
        if (head.minorVersion() == 0) {
            target.put(VERSION);
            run = head.statusStart() - 1;
        }
        // 426 names the protocol that would do (RFC 9110 section 15.5.22).
        boolean upgrade = (head.switching() || head.status() == 426) && head.has(FieldName.UPGRADE);
        boolean noLength = head.interim() || head.switching() || head.status() == 204;
        for (int i = 0; i < head.count(); i++) {
            FieldName name = head.name(i);
            boolean dropped =
                    switch (name) {
                        case OTHER -> head.named(i);
                        case UPGRADE -> !upgrade;
                        case CONTENT_LENGTH -> noLength;
                        case TRANSFER_ENCODING, TRAILER -> unchunk;
                        case X_REQUEST_ID -> requestId != null;
                        case EVENKEEL_SERVICE, EVENKEEL_OTHER -> true;
                        default -> name.hopByHop() || head.named(i);
                    };
            if (dropped || edits.drops(head, i, source)) {
                copy(source, run, head.nameStart(i), target);
                run = head.lineEnd(i);
            }
        }
        copy(source, run, head.start() + head.length() - 2, target);
        target.put(edits.appended());
        if (requestId != null) {
            target.put(REQUEST_ID).put(requestId).put(CRLF);
        }
        target.put(head.minorVersion() == 0 ? via10 : via11).put(extra);
        if (upgrade) {
            target.put(CONNECTION_UPGRADE);
        } else if (!head.interim()) {
            target.put(persistence.line());
        }
        target.put(CRLF);
        return target.position() - start;
    }

    static void copy(ByteBuffer source, int from, int to, ByteBuffer target) {
        if (to > from) {
            int at = target.position();
            target.put(at, source, from, to - from);
            target.position(at + to - from);
        }
    }

    private static boolean contains(ByteBuffer source, int from, int to, byte[] lower) {
        for (int at = from; at + lower.length <= to; at++) {
            if (CharClass.equalIgnoreCase(source, at, at + lower.length, lower)) {
                return true;
            }
        }
        return false;
    }
}
