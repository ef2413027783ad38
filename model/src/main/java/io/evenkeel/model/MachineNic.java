package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;

/** A network interface of a virtual machine. */
public record MachineNic(
        @About("The bridge it is at, by the same name on every host.") String bridge,
        @About(
                        "Its hardware address in lower case; left out, one is derived from the machine's tenant and name and from the interface's place, and stored.")
                @Default("''")
                String mac)
        implements Checked {

    /** IFNAMSIZ of Linux, without the closing zero. */
    private static final int MAX_INTERFACE = 15;

    @Override
    public void check(Checks checks) {
        if (!bridge.matches("[A-Za-z0-9_.-]{1," + MAX_INTERFACE + "}")
                || bridge.equals(".")
                || bridge.equals("..")) {
            checks.problem(
                    "bridge",
                    bridge,
                    "an interface's name of letters, digits, '-', '_' and '.', at most "
                            + MAX_INTERFACE
                            + " characters",
                    "");
        }
        if (!mac.isEmpty() && !MacAddresses.isOfOne(mac)) {
            checks.problem("mac", mac, MacAddresses.EXPECTED, "");
        }
    }
}
