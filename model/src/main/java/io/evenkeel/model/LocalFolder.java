package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;

/** A folder of one host, with disks that nobody else can reach. */
public record LocalFolder(
        @About("Name of the Host.") String host,
        @About("Path of the folder there; an image is the qcow2 file of its name in it.")
                String folder)
        implements Checked {

    @Override
    public void check(Checks checks) {
        Names.check(checks, "host", host);
        Names.checkFile(checks, "folder", folder);
    }

    /** Path of an image. */
    public String file(String image) {
        return folder + "/" + image;
    }
}
