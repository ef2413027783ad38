package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;

/** A disk of a virtual machine. */
public record MachineDisk(
        @About("Name of the Datastore, of the machine's tenant, that the image is in.")
                String datastore,
        @About("Name of the image.") String image)
        implements Checked {

    @Override
    public void check(Checks checks) {
        Names.check(checks, "datastore", datastore);
        Names.checkImage(checks, "image", image);
    }
}
