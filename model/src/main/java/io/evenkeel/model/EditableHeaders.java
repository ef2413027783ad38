package io.evenkeel.model;

import io.evenkeel.model.bind.Checks;
import java.util.List;
import java.util.Locale;

/**
 * Which headers a resource may change: none that frame a message or are for one hop only (RFC 9110
 * section 7.6.1, RFC 9112 sections 6 and 9), and none that gateways write.
 */
public final class EditableHeaders {
    private static final List<String> RESERVED =
            List.of(
                    "host",
                    "content-length",
                    "transfer-encoding",
                    "connection",
                    "keep-alive",
                    "te",
                    "trailer",
                    "upgrade",
                    "http2-settings",
                    "expect",
                    "via",
                    "forwarded",
                    "x-forwarded-for",
                    "x-forwarded-proto",
                    "x-forwarded-host",
                    "x-forwarded-port",
                    "x-request-id");

    private EditableHeaders() {}

    /** Whether a header may be set, added and removed. */
    public static boolean isEditable(String name) {
        // Servers that hand headers on as variables take an underscore for a hyphen.
        String lower = name.toLowerCase(Locale.ROOT).replace('_', '-');
        return Names.isToken(name)
                && !RESERVED.contains(lower)
                && !lower.startsWith("proxy-")
                && !lower.startsWith("evenkeel-");
    }

    static void check(Checks checks, String component, String name) {
        if (!Names.isToken(name)) {
            checks.problem(component, name, "a header name (RFC 9110, section 5.6.2: a token)", "");
        } else if (!isEditable(name)) {
            checks.problem(
                    component,
                    name,
                    "a header that neither frames messages nor belongs to the gateway",
                    "these can't be edited: "
                            + String.join(", ", RESERVED)
                            + ", proxy-*, evenkeel-*");
        }
    }
}
