package io.evenkeel.cli;

import java.net.URI;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Where the API is, whose resources are meant, and how long an answer may take. */
final class ApiOptions {
    @Option(
            names = "--api",
            paramLabel = "URL",
            defaultValue = "${env:EVENKEEL_API:-http://127.0.0.1:7082}",
            description = "The API (or EVENKEEL_API); default http://127.0.0.1:7082.")
    String api = "";

    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "Whose resources; default: ${DEFAULT-VALUE}.")
    String tenant = "";

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "10s",
            converter = DurationWord.class,
            description = "How long one answer may take; default: ${DEFAULT-VALUE}.")
    Duration timeout = Duration.ZERO;

    /** A client of that API; {@link FailedException} if the address cannot be one. */
    ApiClient client() {
        String text = api.contains("://") ? api : "http://" + api;
        try {
            URI uri = URI.create(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null) {
                return new ApiClient(uri, timeout);
            }
        } catch (IllegalArgumentException bad) {
            // Said below, as for an address that is one but of another kind.
        }
        throw new FailedException(
                "--api: " + api + " (expected: a URL such as http://127.0.0.1:7082)");
    }
}
