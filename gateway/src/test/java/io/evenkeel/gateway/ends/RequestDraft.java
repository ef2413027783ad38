package io.evenkeel.gateway.ends;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A request before it is spelled: its parts, any of which may be made odd. */
final class RequestDraft {
    String before = "";
    String method = "GET";
    String target;
    String version = " HTTP/1.1";
    String lineEnd = "\r\n";

    /** Header lines with their ends. */
    final List<String> lines = new ArrayList<>();

    String headEnd = "\r\n";
    String body = "";
    String behind = "";

    RequestDraft(String target) {
        this.target = target;
    }

    /** Adds a line somewhere. */
    void line(RandomGenerator random, String line) {
        lines.add(random.nextInt(lines.size() + 1), line + "\r\n");
    }

    /** Takes the first line that begins so away, if there is one. */
    void without(String beginning) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(beginning)) {
                lines.remove(i);
                return;
            }
        }
    }

    String spelled() {
        return before
                + method
                + ' '
                + target
                + version
                + lineEnd
                + String.join("", lines)
                + headEnd
                + body
                + behind;
    }
}
