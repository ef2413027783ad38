package io.evenkeel.host.ceph;

import io.evenkeel.host.driver.Fields;
import io.evenkeel.model.tree.JsonReader;
import io.evenkeel.model.tree.JsonWriter;
import io.evenkeel.model.tree.Tree;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The storage's list of clients that it refuses: commands to a monitor, and its answers. Pure. */
final class Blocklist {
    private Blocklist() {}

    /** As the storage writes it: a plain address stands for all clients there. */
    static String entry(String clientOrAddress) {
        if (clientOrAddress.indexOf('/') >= 0) {
            return clientOrAddress;
        }
        boolean bareIpv6 = clientOrAddress.indexOf(':') >= 0 && !clientOrAddress.startsWith("[");
        return (bareIpv6 ? "[" + clientOrAddress + "]" : clientOrAddress) + ":0/0";
    }

    static String add(String entry, Duration expiry) {
        // A number with a fraction: the monitor takes no other for it.
        String seconds = Math.max(1, expiry.toSeconds()) + ".0";
        return JsonWriter.compact(
                Fields.object(
                        "prefix",
                        Fields.text("osd blocklist"),
                        "blocklistop",
                        Fields.text("add"),
                        "addr",
                        Fields.text(entry),
                        "expire",
                        new Tree.Scalar(Tree.ScalarKind.NUMBER, seconds, false, -1, -1)));
    }

    static String remove(String entry) {
        return JsonWriter.compact(
                Fields.object(
                        "prefix",
                        Fields.text("osd blocklist"),
                        "blocklistop",
                        Fields.text("rm"),
                        "addr",
                        Fields.text(entry)));
    }

    static String list() {
        return JsonWriter.compact(
                Fields.object(
                        "prefix", Fields.text("osd blocklist ls"), "format", Fields.text("json")));
    }

    /**
     * Which of these are in a list.
     *
     * @throws IllegalArgumentException if it is no list
     */
    static List<String> listed(List<String> asked, byte[] list) {
        Tree tree = JsonReader.read(Arrays.copyOf(list, firstValue(list))).orElseThrow();
        Set<String> there = new LinkedHashSet<>();
        for (Tree item : Fields.items(tree)) {
            there.add(Fields.textAt(item, "addr"));
        }
        return asked.stream().filter(one -> there.contains(entry(one))).toList();
    }

    /** Where the first list ends: since 16.2 one of refused ranges follows it, unseparated. */
    private static int firstValue(byte[] list) {
        int depth = 0;
        boolean inText = false;
        for (int i = 0; i < list.length; i++) {
            switch (list[i]) {
                case '"' -> inText = !inText;
                case '[' -> depth += inText ? 0 : 1;
                case ']' -> {
                    depth -= inText ? 0 : 1;
                    if (depth == 0 && !inText) {
                        return i + 1;
                    }
                }
                default -> {
                    // Nothing that brackets.
                }
            }
        }
        return list.length;
    }
}
