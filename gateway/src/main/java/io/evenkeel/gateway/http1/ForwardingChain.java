package io.evenkeel.gateway.http1;

import io.evenkeel.gateway.source.NumericAddress;
import io.evenkeel.gateway.source.SourceRules;
import io.evenkeel.gateway.source.SourceRules.ForwardingHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The hops before the peer that a request's head tells of and that are believed, and with them who
 * the client is: followed from the right, each address is vouched for by the trusted hop behind it,
 * up to the first that isn't trusted itself, or as many as the rules allow. What stands left of
 * that is the client's own word and is forgotten.
 *
 * <p>Only one header is read ({@link SourceRules#header}): the one that the balancers in front
 * write. The other may have passed them as the client sent it, so that what it says counts for
 * nothing.
 *
 * <p>One per loop; holds for the head followed last, while its bytes stay where they are. Allocates
 * nothing.
 */
public final class ForwardingChain {
    /** Written around one address in an element of Forwarded at most, with what separates them. */
    private static final int AROUND_BYTES = 16;

    /** The longest address in text. */
    private static final int ADDRESS_BYTES = 45;

    private static final byte[] SEPARATOR = ascii(", ");
    private static final byte[] FOR = ascii("for=");
    private static final byte[] QUOTE_SIX = ascii("\"[");
    private static final byte[] UNQUOTE_SIX = ascii("]\"");

    private final SourceRules rules;
    private final ForwardedElement element = new ForwardedElement();
    private final NumericAddress client = new NumericAddress();

    /** The last elements, as a ring: where each begins and ends, and the address in it. */
    private final int[] starts;

    private final int[] ends;
    private final int[] addressStarts;
    private final int[] addressEnds;
    private int seen;
    private int hops;

    /** A chain without hops. */
    public ForwardingChain(SourceRules rules) {
        this.rules = rules;
        starts = new int[rules.hops()];
        ends = new int[rules.hops()];
        addressStarts = new int[rules.hops()];
        addressEnds = new int[rules.hops()];
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Follows the hops that a complete head tells of.
     *
     * @param trusted whether the peer that sent it is believed
     * @return whether there are any, so that {@link #client} is the client; else it is the peer
     */
    public boolean follow(RequestHead head, ByteBuffer source, boolean trusted) {
        hops = 0;
        seen = 0;
        boolean standard = rules.header() == ForwardingHeader.FORWARDED;
        FieldName name = standard ? FieldName.FORWARDED : FieldName.X_FORWARDED_FOR;
        if (!trusted || !head.has(name)) {
            return false;
        }
        for (int i = head.find(name); i >= 0; i = head.find(name, i + 1)) {
            collect(source, head.valueStart(i), head.valueEnd(i), standard);
        }
        boolean vouched = true;
        while (vouched && hops < Math.min(seen, rules.hops())) {
            int at = place(hops);
            vouched =
                    addressStarts[at] >= 0
                            && client.parse(source, addressStarts[at], addressEnds[at]);
            if (vouched) {
                hops++;
                vouched = rules.trusted().trusts(client.high(), client.low());
            }
        }
        return hops > 0;
    }

    /** Where the element so many from the right is in the ring. */
    private int place(int fromRight) {
        return (seen - 1 - fromRight) % rules.hops();
    }

    private void collect(ByteBuffer source, int from, int to, boolean standard) {
        int at = from;
        while (at < to) {
            if (CharClass.isBlank(source.get(at)) || source.get(at) == ',') {
                at++; // An empty element means nothing (RFC 9110 section 5.6.1).
                continue;
            }
            if (standard) {
                at = element.forwarded(source, at, to);
            } else {
                at = element.plain(source, at, to);
            }
            int place = seen % rules.hops();
            starts[place] = element.start();
            ends[place] = element.end();
            addressStarts[place] = element.addressStart();
            addressEnds[place] = element.addressEnd();
            seen++;
        }
    }

    /** The client, if {@link #follow} found one. */
    public NumericAddress client() {
        return client;
    }

    /** Room that the hops take at most beyond what the head has of them, in bytes. */
    int room() {
        return hops * (AROUND_BYTES + ADDRESS_BYTES);
    }

    /** Writes the hops for X-Forwarded-For, the client first, each with a comma behind it. */
    void writeAddresses(ByteBuffer source, ByteBuffer target) {
        boolean asIs = rules.header() == ForwardingHeader.X_FORWARDED_FOR;
        for (int i = hops - 1; i >= 0; i--) {
            int at = place(i);
            if (asIs) {
                HeadEditor.copy(source, starts[at], ends[at], target);
            } else {
                HeadEditor.copy(source, addressStarts[at], addressEnds[at], target);
            }
            target.put(SEPARATOR);
        }
    }

    /** Writes the hops for Forwarded, the client first, each with a comma behind it. */
    void writeElements(ByteBuffer source, ByteBuffer target) {
        boolean asIs = rules.header() == ForwardingHeader.FORWARDED;
        for (int i = hops - 1; i >= 0; i--) {
            int at = place(i);
            if (asIs) {
                HeadEditor.copy(source, starts[at], ends[at], target);
            } else {
                writeElement(source, addressStarts[at], addressEnds[at], target);
            }
            target.put(SEPARATOR);
        }
    }

    private static void writeElement(ByteBuffer source, int from, int to, ByteBuffer target) {
        boolean six = false;
        for (int i = from; i < to; i++) {
            six |= source.get(i) == ':';
        }
        target.put(FOR);
        if (six) {
            target.put(QUOTE_SIX);
        }
        HeadEditor.copy(source, from, to, target);
        if (six) {
            target.put(UNQUOTE_SIX);
        }
    }
}
