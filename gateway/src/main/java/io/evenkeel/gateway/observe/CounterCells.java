package io.evenkeel.gateway.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counters with one writer and any number of readers: plain additions published by opaque writes,
 * which cost the writer nothing beyond the store. Readers see each counter whole, maybe a moment
 * old; two counters read one after the other may belong to different moments.
 */
final class CounterCells {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] cells;

    CounterCells(int count) {
        this.cells = new long[count];
    }

    /** Adds to a counter; the writer only. */
    void add(int index, long amount) {
        CELL.setOpaque(cells, index, cells[index] + amount);
    }

    /** Returns a counter; any thread. */
    long sum(int index) {
        return (long) CELL.getOpaque(cells, index);
    }

    int count() {
        return cells.length;
    }
}
