package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Changes of a message's header, in this order: set, add, remove. */
public record HeaderEdits(
        @About("Each takes the place of all lines of its name.") @Default("[]") List<Header> set,
        @About("Each is put beside the lines that are there.") @Default("[]") List<Header> add,
        @About("All lines of these names are taken off.") @Default("[]") List<String> remove)
        implements Checked {
    private static final int MOST = 16;
    private static final int MOST_BYTES = 4_096;

    /** Copies the lists. */
    public HeaderEdits {
        set = List.copyOf(set);
        add = List.copyOf(add);
        remove = List.copyOf(remove);
    }

    @Override
    public void check(Checks checks) {
        few(checks, "set", set.size());
        few(checks, "add", add.size());
        few(checks, "remove", remove.size());
        int bytes = 0;
        for (Header header : set) {
            bytes += header.lineBytes();
        }
        for (Header header : add) {
            bytes += header.lineBytes();
        }
        if (bytes > MOST_BYTES) {
            checks.problem(
                    "",
                    bytes + " bytes of header lines",
                    "at most " + MOST_BYTES + " in set and add together",
                    "");
        }
        TreeSet<String> known = new TreeSet<>();
        for (int i = 0; i < set.size(); i++) {
            once(checks, known, "set[" + i + "].name", set.get(i).name());
        }
        for (Header header : add) {
            known.add(header.name().toLowerCase(Locale.ROOT));
        }
        for (int i = 0; i < remove.size(); i++) {
            EditableHeaders.check(checks, "remove[" + i + "]", remove.get(i));
            once(checks, known, "remove[" + i + "]", remove.get(i));
        }
    }

    private static void few(Checks checks, String list, int size) {
        if (size > MOST) {
            checks.problem(list, size + " entries", "at most " + MOST, "");
        }
    }

    /**
     * Of two that set a name, or where it is removed as well, the earlier would come to nothing.
     */
    private static void once(Checks checks, TreeSet<String> known, String component, String name) {
        if (!known.add(name.toLowerCase(Locale.ROOT))) {
            checks.problem(
                    component,
                    name,
                    "a name that is set once, and not removed as well",
                    "the later would undo the earlier; leave one of them out");
        }
    }
}
