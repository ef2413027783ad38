package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Where a virtual machine may run. */
public record MachinePlacement(
        @About("Labels that its host must have.") @Default("{}") SortedMap<String, String> labels,
        @About("Machines of one tenant that say the same here run on one host; empty: no matter.")
                @Default("''")
                String together,
        @About(
                        "No two machines of one tenant that say the same here run on one host; empty: no matter.")
                @Default("''")
                String apart)
        implements Checked {

    /** Copies the labels. */
    public MachinePlacement {
        labels =
                labels.isEmpty()
                        ? Collections.emptySortedMap()
                        : Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /** Anywhere. */
    public static MachinePlacement defaults() {
        return Binder.defaults(MachinePlacement.class);
    }

    @Override
    public void check(Checks checks) {
        Names.checkLabels(checks, labels);
        Names.checkText(checks, "together", together);
        Names.checkText(checks, "apart", apart);
    }
}
