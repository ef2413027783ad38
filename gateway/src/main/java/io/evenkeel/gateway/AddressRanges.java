package io.evenkeel.gateway;

import io.evenkeel.gateway.source.NumericAddress;
import io.evenkeel.gateway.source.TrustedSources;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A set of addresses written as single ones and CIDR blocks, such as {@code 10.0.0.0/8} and {@code
 * ::1}. Immutable.
 */
public final class AddressRanges implements TrustedSources {
    /** Nobody. */
    public static final AddressRanges NONE = new AddressRanges(List.of());

    /** As {@link NumericAddress}; the first so many of 128 bits count. */
    private record Range(long high, long low, int bits) {
        boolean contains(long otherHigh, long otherLow) {
            long highMask = bits >= 64 ? -1L : bits == 0 ? 0 : -1L << (64 - bits);
            long lowMask = bits <= 64 ? 0 : -1L << (128 - bits);
            // A block of IPv6 never means IPv4, though its bits may.
            return ((high ^ otherHigh) & highMask) == 0
                    && ((low ^ otherLow) & lowMask) == 0
                    && NumericAddress.isFour(high, low)
                            == NumericAddress.isFour(otherHigh, otherLow);
        }
    }

    private final List<Range> ranges;

    private AddressRanges(List<Range> ranges) {
        this.ranges = ranges;
    }

    /**
     * Reads a list.
     *
     * @throws IllegalArgumentException with all that is wrong, in one message
     */
    public static AddressRanges parse(List<String> texts) {
        List<Range> ranges = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        NumericAddress numeric = new NumericAddress();
        for (String text : texts) {
            int slash = text.indexOf('/');
            try {
                InetAddress address =
                        InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
                int all = address.getAddress().length * 8;
                int bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
                if (bits < 0 || bits > all) {
                    problems.add(text + " (expected: a prefix of 0 to " + all + " bits)");
                } else {
                    numeric.set(address);
                    ranges.add(new Range(numeric.high(), numeric.low(), bits + (128 - all)));
                }
            } catch (IllegalArgumentException e) {
                problems.add(text + " (expected: an address or a CIDR block, as 10.0.0.0/8)");
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("trusted-sources: " + String.join("; ", problems));
        }
        return new AddressRanges(List.copyOf(ranges));
    }

    @Override
    public boolean trusts(long high, long low) {
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).contains(high, low)) {
                return true;
            }
        }
        return false;
    }
}
