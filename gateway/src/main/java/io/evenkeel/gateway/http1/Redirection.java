package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Sends clients elsewhere (RFC 9110 section 15.4): an answer without a body whose Location is
 * always absolute, so that no path can be taken for a host. It is put together from what the
 * scanner has judged and from constants. Immutable; allocates nothing for a request.
 */
public final class Redirection {
    private static final int ROOM = 512;
    private static final byte[] HTTP = ascii("http");
    private static final byte[] HTTPS = ascii("https");
    private static final byte[] AUTHORITY = ascii("://");
    private static final byte[] REQUEST_ID = ascii("\r\nX-Request-Id: ");
    private static final byte[] EMPTY = ascii("\r\nContent-Length: 0\r\n");
    private static final byte[] CRLF = ascii("\r\n");

    private final int status;
    private final byte[] begin;
    private final byte[] scheme;
    private final byte[] host;
    private final byte[] port;
    private final boolean samePort;
    private final @Nullable PathPrefix prefix;

    /**
     * @param status 301, 302, 307 or 308
     * @param scheme {@code http} or {@code https}; empty for the client's own
     * @param host a name or address without brackets; empty for the client's own
     * @param port 0 for the scheme's own if scheme or host is given, else the client's own
     * @param prefix null to leave the path as it is
     */
    public Redirection(
            int status, String scheme, String host, int port, @Nullable PathPrefix prefix) {
        String title =
                switch (status) {
                    case 301 -> "Moved Permanently";
                    case 302 -> "Found";
                    case 307 -> "Temporary Redirect";
                    case 308 -> "Permanent Redirect";
                    default ->
                            throw new IllegalArgumentException(
                                    "status: " + status + " (expected: 301, 302, 307 or 308)");
                };
        begin = ascii("HTTP/1.1 " + status + " " + title + "\r\nLocation: ");
        this.status = status;
        this.scheme = ascii(scheme);
        this.host = ascii(host.contains(":") ? "[" + host + "]" : host);
        this.port = ascii(port == 0 ? "" : ":" + port);
        samePort = port == 0 && scheme.isEmpty() && host.isEmpty();
        this.prefix = prefix;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The status of the answer. */
    public int status() {
        return status;
    }

    /**
     * Writes the whole answer at {@code target}'s position, which moves.
     *
     * @param source the buffer that {@code head} was scanned in
     * @param requestId in ASCII, at most 64 bytes
     * @return the bytes written, or {@link HeadEditor#OVERFLOW}; the same for a request that names
     *     no host and is to stay at its own
     */
    public int write(
            RequestHead head,
            ByteBuffer source,
            Provenance provenance,
            byte[] requestId,
            Persistence persistence,
            ByteBuffer target) {
        boolean nowhere = host.length == 0 && head.hostEnd() == head.hostStart();
        if (nowhere
                || target.remaining()
                        < ROOM
                                + head.length()
                                + host.length
                                + (prefix == null ? 0 : prefix.room())) {
            return HeadEditor.OVERFLOW;
        }
        int start = target.position();
        target.put(begin)
                .put(scheme.length > 0 ? scheme : schemeOf(head, source, provenance))
                .put(AUTHORITY);
        if (host.length > 0) {
            target.put(host);
        } else {
            HeadEditor.copy(
                    source,
                    head.hostStart(),
                    samePort ? head.authorityEnd() : head.hostEnd(),
                    target);
        }
        target.put(port);
        boolean noPath = head.pathEnd() == head.pathStart();
        if (!noPath && source.get(head.pathStart()) != (byte) '/') {
            target.put((byte) '/'); // OPTIONS *
        } else if (prefix != null) {
            prefix.write(head, source, target);
        } else {
            if (noPath) {
                target.put((byte) '/');
            }
            HeadEditor.copy(source, head.pathStart(), head.targetEnd(), target);
        }
        target.put(REQUEST_ID).put(requestId).put(EMPTY).put(persistence.line()).put(CRLF);
        return target.position() - start;
    }

    /** As the client came: a trusted source in front may have taken TLS off. */
    private static byte[] schemeOf(RequestHead head, ByteBuffer source, Provenance provenance) {
        int said = provenance.trusted() ? head.find(FieldName.X_FORWARDED_PROTO) : -1;
        if (said >= 0) {
            int from = head.valueStart(said);
            int to = head.valueEnd(said);
            if (CharClass.equalIgnoreCase(source, from, to, HTTPS)) {
                return HTTPS;
            }
            if (CharClass.equalIgnoreCase(source, from, to, HTTP)) {
                return HTTP;
            }
        }
        return provenance.scheme();
    }
}
