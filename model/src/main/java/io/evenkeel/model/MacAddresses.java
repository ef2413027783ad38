package io.evenkeel.model;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;

/** Hardware addresses of virtual machines. Pure; any thread. */
public final class MacAddresses {
    /** What {@link #isOfOne} takes, in words. */
    public static final String EXPECTED =
            "a hardware address of one station in lower case, such as 52:54:00:12:34:56";

    /** Locally administered; what QEMU's guests have. */
    private static final String PREFIX = "52:54:00";

    private static final int FNV_PRIME = 0x0100_0193;
    private static final int FNV_OFFSET = 0x811c_9dc5;
    private static final int SUFFIXES = 1 << 24;

    private MacAddresses() {}

    /**
     * Six pairs of lower-case hexadecimal digits that name one station: neither a group nor zero.
     */
    public static boolean isOfOne(String text) {
        return text.matches("[0-9a-f][02468ace](:[0-9a-f]{2}){5}")
                && !text.equals("00:00:00:00:00:00");
    }

    /**
     * The address of a machine's interface that was given none: the same for the same arguments, in
     * every version. Two machines may by chance get the same one (of 2^24); addresses are then to
     * be given by hand.
     *
     * @param index of the interface, from 0
     * @param taken what the machine's other interfaces have; the next free one is taken
     */
    public static String derived(
            String tenant, String machine, int index, Collection<String> taken) {
        int hash = FNV_OFFSET;
        // A name has no slash, so that no two machines' texts are the same.
        String text = tenant + "/" + machine + "/" + index;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        int suffix = (hash >>> 24) ^ (hash & (SUFFIXES - 1));
        String address = written(suffix);
        while (taken.contains(address)) {
            suffix = (suffix + 1) % SUFFIXES;
            address = written(suffix);
        }
        return address;
    }

    private static String written(int suffix) {
        return String.format(
                Locale.ROOT,
                "%s:%02x:%02x:%02x",
                PREFIX,
                suffix >>> 16,
                (suffix >>> 8) & 0xff,
                suffix & 0xff);
    }
}
