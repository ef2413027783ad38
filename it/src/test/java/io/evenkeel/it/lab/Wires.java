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

    /** Reverse ARP, by which hypervisors tell switches where a card is now. */
    private static final String ANNOUNCEMENT = "ether type 0x8035";

    private final String namespace;
    private final String[] command;

    /** With repetitions: two faults that overlap lose the same traffic, and end apart. */
    private final List<Lost> lost = new ArrayList<>();

    Wires(String bridge) throws IOException {
        namespace = "--net=" + bridge;
        command = new String[] {"nsenter", namespace, "nft", "-f", "-"};
        Command.fed(
                "add table bridge laboratory\n"
                        + "add chain bridge laboratory lost"
                        + " { type filter hook forward priority 0; }\n"
                        + "add counter bridge laboratory announcements\n"
                        + "add chain bridge laboratory seen"
                        + " { type filter hook prerouting priority 0; }\n"
                        + "add rule bridge laboratory seen "
                        + ANNOUNCEMENT
                        + " counter name announcements\n",
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

    /** How often any card was announced to the switch. */
    public long announcements() throws IOException {
        String[] list = {"list", "counter", "bridge", "laboratory", "announcements"};
        List<String> words = new ArrayList<>(List.of("nsenter", namespace, "nft"));
        words.addAll(List.of(list));
        String told = Command.run(words.toArray(String[]::new));
        int from = told.indexOf("packets ") + "packets ".length();
        return Long.parseLong(told.substring(from, told.indexOf(' ', from)));
    }

    /** One transaction: there is no moment without what goes on. */
    private void put() throws IOException {
        StringBuilder rules = new StringBuilder("flush chain bridge laboratory lost\n");
        lost.stream().distinct().map(Lost::rule).forEach(rules::append);
        Command.fed(rules.toString(), command);
    }
}
