package io.evenkeel.gateway.source;

import java.nio.charset.StandardCharsets;

/**
 * The text of addresses seen lately, so that a client behind a balancer costs an allocation when it
 * comes and none for each of its requests. A fixed number of places, the newer address takes the
 * older one's. One per loop.
 */
public final class AddressTexts {
    private static final int PLACES = 1024;

    private final long[] highs = new long[PLACES];
    private final long[] lows = new long[PLACES];
    private final byte[][] texts = new byte[PLACES][0];

    /** The address in ASCII, spelled as Java spells it; shared, not to be changed. */
    public byte[] of(NumericAddress address) {
        long high = address.high();
        long low = address.low();
        long mixed = (high ^ low) * 0x9e3779b97f4a7c15L;
        int place = (int) (mixed >>> 54);
        byte[] known = texts[place];
        if (known.length > 0 && highs[place] == high && lows[place] == low) {
            return known;
        }
        byte[] made = address.address().getHostAddress().getBytes(StandardCharsets.US_ASCII);
        highs[place] = high;
        lows[place] = low;
        texts[place] = made;
        return made;
    }
}
