package io.evenkeel.it.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the network between the machines loses: a filter in the bridge that all of them hang on, so
 * that neither end of a lost packet notices anything. ARP passes. Thread-safe.
 */
public final class Wires {
    /**
     * A part of the traffic that is lost.
     *
     * @param from sender; empty: anybody
     * @param to receiver; empty: anybody
     * @param percent of the packets, 1 to 100, each drawn by itself
     */
    public record Lost(String from, String to, int percent) {
        String rule() {
            return "add rule bridge laboratory lost"
                    + (from.isEmpty() ? "" : " ip saddr " + from)
                    + (to.isEmpty() ? "" : " ip daddr " + to)
                    + (percent < 100 ? " numgen random mod 100 < " + percent : "")
                    + " drop\n";
        }
    }

    private final String[] command;

    /** With repetitions: two faults that overlap lose the same traffic, and end apart. */
    private final List<Lost> lost = new ArrayList<>();

    Wires(String bridge) throws IOException {
        command = new String[] {"nsenter", "--net=" + bridge, "nft", "-f", "-"};
        Command.fed(
                "add table bridge laboratory\n"
                        + "add chain bridge laboratory lost"
                        + " { type filter hook forward priority 0; }\n",
                command);
    }

    /** From now on these are lost too. */
    public synchronized void lose(List<Lost> more) throws IOException {
        lost.addAll(more);
        put();
    }

    /** These are lost no longer, each as often as it is said here. */
    public synchronized void mend(List<Lost> less) throws IOException {
        less.forEach(lost::remove);
        put();
    }

    /** Everything passes. */
    public synchronized void mendAll() throws IOException {
        lost.clear();
        put();
    }

    /** One transaction: there is no moment without what goes on. */
    private void put() throws IOException {
        StringBuilder rules = new StringBuilder("flush chain bridge laboratory lost\n");
        lost.stream().distinct().map(Lost::rule).forEach(rules::append);
        Command.fed(rules.toString(), command);
    }
}
