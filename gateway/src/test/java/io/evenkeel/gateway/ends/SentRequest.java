package io.evenkeel.gateway.ends;

import java.util.ArrayList;
import java.util.List;

/**
 * A request as it lies in a stream of octets.
 *
 * @param from where it begins in the stream
 * @param to the first octet behind it, or behind what there is of it
 * @param whole whether its end is there
 * @param lines header lines without their ends
 * @param bodyBytes length of the body as it lies there, its coding included
 * @param data the body without its coding; an octet a character
 */
public record SentRequest(
        int from,
        int to,
        boolean whole,
        String method,
        String target,
        List<String> lines,
        long bodyBytes,
        String data) {

    /** Returns the values of all lines of this name. */
    public List<String> values(String name) {
        List<String> values = new ArrayList<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (line.substring(0, colon).equalsIgnoreCase(name)) {
                values.add(line.substring(colon + 1).strip());
            }
        }
        return values;
    }
}
