package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Range;

/** Where clients are sent instead of an endpoint; what isn't named stays as they asked for it. */
public record Redirect(
        @About("301, 302, 307 or 308; the last two keep the method.") @Default("302") int status,
        @About("The scheme of the new place.") @Default("same") Scheme scheme,
        @About("The host of the new place, without a port; empty: the same.") @Default("''")
                String host,
        @About(
                        "The port of the new place; 0: the scheme's own if scheme or host is named, else the same.")
                @Default("0")
                @Range(min = "0", max = "65535")
                int port,
        @About("What the path begins with in place of the match's pathPrefix; empty: the same.")
                @Default("''")
                String pathPrefix)
        implements Checked {

    /** The scheme of the new place. */
    public enum Scheme {
        /** As the client came. */
        SAME,
        /** Plain. */
        HTTP,
        /** Over TLS. */
        HTTPS
    }

    @Override
    public void check(Checks checks) {
        if (status != 301 && status != 302 && status != 307 && status != 308) {
            checks.problem("status", status, "301, 302, 307 or 308", "");
        }
        if (!host.isEmpty() && !Names.isHostOrAddress(host)) {
            checks.problem("host", host, "a host name or address, without a port", "");
        }
        if (!pathPrefix.isEmpty() && !Names.isPlainPath(pathPrefix)) {
            checks.problem("pathPrefix", pathPrefix, Names.PLAIN_PATH, "");
        }
        if (scheme == Scheme.SAME && host.isEmpty() && port == 0 && pathPrefix.isEmpty()) {
            checks.problem(
                    "", "{}", "scheme, host, port or pathPrefix", "clients would go in a circle");
        }
    }
}
