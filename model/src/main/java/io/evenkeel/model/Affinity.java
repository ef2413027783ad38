package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Range;
import java.time.Duration;

/** How requests that belong together find the same endpoint (requirement A7). */
public record Affinity(
        @About("What tells that requests belong together.") @Default("none") Type type,
        @About("The name of the cookie that is set, or of the header that is read.")
                @Default("evenkeel-session")
                String name,
        @About("A cookie is good this long; it is renewed when half of that has passed.")
                @Default("1h")
                @Range(min = "1s", max = "720h")
                Duration ttl,
        @About("The cookie's Path.") @Default("/") String path,
        @About("Whether the cookie is hidden from scripts.") @Default("true") boolean httpOnly,
        @About("Whether the cookie is sent over TLS alone.") @Default("false") boolean secure,
        @About("To whose requests the cookie is added.") @Default("lax") SameSite sameSite)
        implements Checked {

    /** What tells that requests belong together. */
    public enum Type {
        /** Nothing: every request goes to the head of the queue. */
        NONE,
        /** A signed cookie of the gateway that names the endpoint. */
        COOKIE,
        /** A header's value, by consistent hashing; without the header the client's address. */
        HEADER,
        /** The client's address, by consistent hashing. */
        SOURCE_IP
    }

    /** Cookie attribute SameSite. */
    public enum SameSite {
        /** Of the same site, and when a link leads there. */
        LAX,
        /** Of the same site only. */
        STRICT,
        /** Of every site; browsers want {@code secure} with it. */
        NONE
    }

    /** Every default. */
    public static Affinity defaults() {
        return Binder.defaults(Affinity.class);
    }

    @Override
    public void check(Checks checks) {
        if (name.length() > 64 || !name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
            checks.problem("name", name, "a token of 1 to 64 characters", "");
        }
        if (path.length() > 256 || !path.matches("/[!-:<-~]*")) {
            checks.problem("path", path, "a path that begins with /, without ;", "");
        }
        if (sameSite == SameSite.NONE && !secure && type == Type.COOKIE) {
            checks.problem(
                    "sameSite", "none", "lax or strict, or secure: true", "browsers drop it else");
        }
    }
}
