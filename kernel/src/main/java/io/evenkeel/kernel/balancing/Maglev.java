package io.evenkeel.kernel.balancing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The lookup table of Maglev (Eisenbud et al., NSDI 2016, section 3.4): every member fills entries
 * in the order of its own permutation, in turns in proportion to weight. A member more or less
 * moves few sources besides its own. The same members give the same table at every gateway. Pure.
 */
final class Maglev {
    /** Prime, as the permutations need; 100 entries a member keep shares even within 1 %. */
    static final int SMALL = 65_537;

    /** For more than 655 members. */
    static final int LARGE = 1_048_573;

    /**
     * A member.
     *
     * @param id decides its permutation
     * @param slot what the table holds
     * @param weight its share
     */
    record Member(String id, int slot, int weight) {}

    private Maglev() {}

    /** The table of these members' slots; empty if there are none. */
    static int[] table(List<Member> unsorted) {
        List<Member> members = new ArrayList<>(unsorted);
        members.sort(Comparator.comparing(Member::id));
        int count = members.size();
        if (count == 0) {
            return new int[0];
        }
        int size = count <= SMALL / 100 ? SMALL : LARGE;
        int[] table = new int[size];
        Arrays.fill(table, -1);
        int[] at = new int[count];
        int[] skip = new int[count];
        long[] credit = new long[count];
        long greatest = 1;
        for (int i = 0; i < count; i++) {
            long hash = hash(members.get(i).id());
            at[i] = (int) Long.remainderUnsigned(hash, size);
            skip[i] = (int) Long.remainderUnsigned(mix(hash), size - 1) + 1;
            greatest = Math.max(greatest, members.get(i).weight());
        }
        int filled = 0;
        while (true) {
            for (int i = 0; i < count; i++) {
                credit[i] += members.get(i).weight();
                if (credit[i] < greatest) {
                    continue;
                }
                credit[i] -= greatest;
                while (table[at[i]] >= 0) {
                    at[i] = step(at[i], skip[i], size);
                }
                table[at[i]] = members.get(i).slot();
                at[i] = step(at[i], skip[i], size);
                if (++filled == size) {
                    return table;
                }
            }
        }
    }

    /** FNV-1a over the characters, mixed. */
    static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return mix(hash);
    }

    /** The finalizer of MurmurHash3: every input bit reaches every output bit. */
    static long mix(long value) {
        long hash = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    private static int step(int at, int skip, int size) {
        int next = at + skip;
        return next >= size ? next - size : next;
    }
}
