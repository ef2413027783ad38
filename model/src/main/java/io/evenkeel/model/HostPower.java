package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;

/** How a host is switched off from outside: by its management controller, which speaks Redfish. */
@About("The management controller that switches a host off (Redfish).")
public record HostPower(
        @About("Where its Redfish service is, such as https://10.0.9.11.") String url,
        @About("Id of the system in it; empty: the only one that there is.") @Default("''")
                String system,
        @About("Who logs in; empty: nobody has to.") @Default("''") String username,
        @About("File on control's machine with the password.") @Default("''") String passwordFile,
        @About(
                        "File on control's machine with the controller's certificate (PEM): this one alone is trusted, whatever name it bears; empty: whom the Java runtime trusts.")
                @Default("''")
                String certificateFile)
        implements Checked {

    @Override
    public void check(Checks checks) {
        if (!url.matches("https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")
                && !url.matches("https?://\\[[0-9a-fA-F:.]+](:[0-9]{1,5})?")) {
            checks.problem("url", url, "http or https and a host, such as https://10.0.9.11", "");
        }
        Names.checkText(checks, "system", system);
        Names.checkText(checks, "username", username);
        if (!passwordFile.isEmpty()) {
            Names.checkFile(checks, "passwordFile", passwordFile);
        }
        if (!certificateFile.isEmpty()) {
            Names.checkFile(checks, "certificateFile", certificateFile);
        }
        if (username.isEmpty() != passwordFile.isEmpty()) {
            checks.problem(
                    username.isEmpty() ? "username" : "passwordFile",
                    "none",
                    "username and passwordFile, or neither of them",
                    "");
        }
    }
}
