package io.evenkeel.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One run of wrk: a closed loop hosts drawn from a thousand. */
record Wrk(long requests, long errors, double requestsPerSecond) {
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ([0-9.]+)(m?s)");
    private static final Pattern SOCKET_ERRORS =
            Pattern.compile("connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
    private static final Pattern STATUS_ERRORS =
            Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

    /** Writes the script by which wrk draws a host for each request. */
    static Path script(Path folder, int hosts, String path, boolean close) throws IOException {
        return Files.writeString(
                folder.resolve("hosts.lua"),
                """
                local requests = {}
                init = function(args)
                  for i = 0, %d - 1 do
                    requests[i] = wrk.format("GET", "%s", {["Host"] = "h" .. i .. ".example"%s})
                  end
                end
                local n = 0
                request = function()
                  n = (n + 7) %% %d
                  return requests[n]
                end
                """
                        .formatted(
                                hosts, path, close ? ", [\"Connection\"] = \"close\"" : "", hosts));
    }

    static Wrk run(int port, int connections, Duration length, Path script)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                "wrk",
                                "-t1",
                                "-c" + connections,
                                "-d" + length.toSeconds() + "s",
                                "-s" + script,
                                "http://127.0.0.1:" + port + "/")
                        .redirectErrorStream(true)
                        .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        Matcher requests = REQUESTS.matcher(out);
        if (!requests.find()) {
            throw new IOException("wrk said:\n" + out);
        }
        long count = Long.parseLong(requests.group(1));
        double seconds = Double.parseDouble(requests.group(2));
        if (requests.group(3).equals("ms")) {
            seconds /= 1_000;
        }
        long errors = 0;
        Matcher socket = SOCKET_ERRORS.matcher(out);
        if (socket.find()) {
            for (int i = 1; i <= 4; i++) {
                errors += Long.parseLong(socket.group(i));
            }
        }
        Matcher status = STATUS_ERRORS.matcher(out);
        if (status.find()) {
            errors += Long.parseLong(status.group(1));
        }
        return new Wrk(count, errors, count / seconds);
    }
}
