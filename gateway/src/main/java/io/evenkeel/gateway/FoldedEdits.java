package io.evenkeel.gateway;

import io.evenkeel.gateway.http1.LineEdits;
import io.evenkeel.model.Header;
import io.evenkeel.model.HeaderEdits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Folds header edits, each applied to what those before it have left, into what comes of all. */
final class FoldedEdits {
    private final Map<String, Name> names = new TreeMap<>();
    private final List<Name> order = new ArrayList<>();

    /** What these edits come to, one behind the other. */
    static LineEdits of(HeaderEdits first, HeaderEdits second) {
        FoldedEdits folded = new FoldedEdits();
        folded.apply(first);
        folded.apply(second);
        return folded.lines();
    }

    private void apply(HeaderEdits edits) {
        for (Header header : edits.set()) {
            remove(header.name());
            add(header);
        }
        edits.add().forEach(this::add);
        edits.remove().forEach(this::remove);
    }

    private void add(Header header) {
        name(header.name()).lines.add(header.name() + ": " + header.value() + "\r\n");
    }

    private void remove(String name) {
        Name of = name(name);
        of.dropped = true;
        of.lines.clear();
    }

    private Name name(String name) {
        return names.computeIfAbsent(
                name.toLowerCase(Locale.ROOT),
                lower -> {
                    Name made = new Name(lower);
                    order.add(made);
                    return made;
                });
    }

    private LineEdits lines() {
        StringBuilder lines = new StringBuilder();
        List<byte[]> dropped = new ArrayList<>();
        for (Name name : order) {
            name.lines.forEach(lines::append);
            if (name.dropped) {
                dropped.add(name.lower.getBytes(StandardCharsets.US_ASCII));
            }
        }
        return LineEdits.of(lines.toString(), dropped.toArray(byte[][]::new));
    }

    /** What is to become of one name, by its first mention. */
    private static final class Name {
        private final String lower;
        private final List<String> lines = new ArrayList<>();
        private boolean dropped;

        Name(String lower) {
            this.lower = lower;
        }
    }
}
