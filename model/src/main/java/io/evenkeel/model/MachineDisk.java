package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Size;
import java.util.Optional;

/** A disk of a virtual machine. */
public record MachineDisk(
        @About("Name of the Datastore, of the machine's tenant, that the image is in.")
                String datastore,
        @About("Name of the image.") String image,
        @About(
                        "How large the image is made, before the machine's first start, if it is not there; a smaller one is grown. Without size and from it has to be there.")
                Optional<Size> size,
        @About(
                        "What the image is made of, copy on write, if it is not there: IMAGE@SNAPSHOT of the same datastore, the snapshot protected. Empty: it is made empty.")
                @Default("''")
                String from)
        implements Checked {
    private static final long LEAST_BYTES = 1 << 20;

    /** One whose image has to be there. */
    public MachineDisk(String datastore, String image) {
        this(datastore, image, Optional.empty(), "");
    }

    /** Whether its image is made if it is not there. */
    public boolean isMade() {
        return size.isPresent() || !from.isEmpty();
    }

    /** Whether it is the same image as another's. */
    boolean isSameImage(MachineDisk other) {
        return datastore.equals(other.datastore) && image.equals(other.image);
    }

    @Override
    public void check(Checks checks) {
        Names.check(checks, "datastore", datastore);
        Names.checkImage(checks, "image", image);
        size.filter(one -> one.bytes() < LEAST_BYTES)
                .ifPresent(one -> checks.problem("size", one, ">= 1MiB", ""));
        if (from.isEmpty()) {
            return;
        }
        int at = from.indexOf('@');
        if (at < 0) {
            checks.problem("from", from, "IMAGE@SNAPSHOT", "rbd snap create, rbd snap protect");
            return;
        }
        Names.checkImage(checks, "from", from.substring(0, at));
        Names.checkImage(checks, "from", from.substring(at + 1));
    }
}
