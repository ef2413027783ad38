package io.evenkeel.kernel.balancing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The same source goes to the same node: a {@link Maglev} table, made without the lock at the next
 * tick after the members have changed. Until then, and for nodes at their cap, a lookup walks on to
 * the next entry whose node may be picked, and says so.
 */
final class SourceHashOrder extends Order {
    private int[] entries = new int[0];
    private int size;

    /** Counts changes of membership; a table made from an older state is not installed. */
    private long version;

    private long installed;

    SourceHashOrder(NodeTable table) {
        super(table);
    }

    @Override
    int head(PickContext context) {
        if (size == 0) {
            return -1;
        }
        int slot = lookup(context);
        if (slot < 0) {
            // Everybody in the table is out, and somebody new is in.
            Making making = new Making();
            making.run();
            making.install();
            slot = lookup(context);
        }
        return slot;
    }

    private int lookup(PickContext context) {
        int length = entries.length;
        if (length == 0) {
            return -1;
        }
        int at = (int) Long.remainderUnsigned(Maglev.mix(context.sourceHash()), length);
        int last = -1;
        for (int i = 0; i < length; i++) {
            int slot = entries[at];
            if (table.isInOrder(slot)) {
                return slot;
            }
            if (slot != last) {
                context.passedOver++;
                last = slot;
            }
            at = at + 1 == length ? 0 : at + 1;
        }
        return -1;
    }

    @Override
    void picked(int slot, int loadBefore) {}

    @Override
    void enter(int slot, boolean first) {
        unpark(slot);
        version++;
    }

    @Override
    void exit(int slot) {
        park(slot);
        version++;
    }

    @Override
    void park(int slot) {
        size--;
    }

    @Override
    void unpark(int slot) {
        table.standing(slot, NodeTable.IN);
        size++;
    }

    @Override
    void restore(int slot) {
        unpark(slot);
    }

    @Override
    void reweighed() {
        version++;
    }

    @Override
    int[] ranking(int most) {
        return IntStream.range(0, table.limit())
                .filter(slot -> table.nodeOrNull(slot) != null && table.isInOrder(slot))
                .limit(most)
                .toArray();
    }

    @Override
    @Nullable Rebuild rebuild() {
        return installed == version ? null : new Making();
    }

    private final class Making implements Rebuild {
        private final long made = version;
        private final List<Maglev.Member> members = new ArrayList<>();
        private int[] result = new int[0];

        Making() {
            for (int slot = 0; slot < table.limit(); slot++) {
                Node node = table.nodeOrNull(slot);
                if (node != null && table.standing(slot) != NodeTable.OFF) {
                    members.add(
                            new Maglev.Member(node.id(), slot, node.details().settings.weight()));
                }
            }
        }

        @Override
        public void run() {
            result = Maglev.table(members);
        }

        @Override
        public void install() {
            if (made == version) {
                entries = result;
                installed = made;
            }
        }
    }
}
