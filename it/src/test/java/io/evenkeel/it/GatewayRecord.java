package io.evenkeel.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A line of the gateway's access log in its text form: what the gateway took for a request. */
record GatewayRecord(
        String id, String target, int status, String reason, String endpoint, long requestBytes) {

    /** Reads the log; by id, in its order. */
    static Map<String, GatewayRecord> read(Path log) throws IOException {
        Map<String, GatewayRecord> all = new LinkedHashMap<>();
        for (String line : Files.readString(log, StandardCharsets.US_ASCII).split("\n", -1)) {
            String[] f = line.split(" ", -1);
            if (f.length >= 19) {
                all.put(
                        f[1],
                        new GatewayRecord(
                                f[1],
                                f[5],
                                Integer.parseInt(f[6]),
                                f[7],
                                f[10],
                                Long.parseLong(f[13])));
            }
        }
        return all;
    }

    /** Whether the gateway passed a whole request on and a whole reply back. */
    boolean complete() {
        return reason.equals("complete");
    }
}
