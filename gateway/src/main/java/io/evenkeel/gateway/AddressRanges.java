package io.evenkeel.gateway;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A set of addresses written as single ones and CIDR blocks, such as {@code 10.0.0.0/8} and {@code
 * ::1}. Immutable.
 */
public final class AddressRanges implements Predicate<InetAddress> {
    /** Nobody. */
    public static final AddressRanges NONE = new AddressRanges(List.of());

    @SuppressWarnings("ArrayRecordComponent") // never compared, never leaves this class
    private record Range(byte[] address, int bits) {
        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int i = 0; i < bits; i += 8) {
                int mask = bits - i >= 8 ? 0xff : 0xff << (8 - (bits - i)) & 0xff;
                if (((address[i / 8] ^ other[i / 8]) & mask) != 0) {
                    return false;
                }
            }
            return true;
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
                    ranges.add(new Range(address.getAddress(), bits));
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
    public boolean test(InetAddress address) {
        if (ranges.isEmpty()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        for (Range range : ranges) {
            if (range.contains(bytes)) {
                return true;
            }
        }
        return false;
    }
}
