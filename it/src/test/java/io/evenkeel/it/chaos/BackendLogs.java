package io.evenkeel.it.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Reads what backends say of their registrations. One thread. */
final class BackendLogs {
    private final Map<String, Tail> tails = new HashMap<>();
    private final Map<String, String> gatewayByLink;
    private final Links links;
    private final HistoryJudge judge;

    /**
     * Those of these backends.
     *
     * @param gatewayByLink names of the gateways by where they take backends
     */
    BackendLogs(
            Cast cast,
            Path folder,
            Map<String, String> gatewayByLink,
            Links links,
            HistoryJudge judge) {
        cast.backends().forEach(name -> tails.put(name, new Tail(folder.resolve(name + ".log"))));
        this.gatewayByLink = gatewayByLink;
        this.links = links;
        this.judge = judge;
    }

    void readOn() throws IOException {
        for (Map.Entry<String, Tail> one : tails.entrySet()) {
            for (String line : one.getValue().lines()) {
                hear(one.getKey(), line.split(" ", -1));
            }
        }
    }

    /**
     * As the sample backend tells it: {@code registered b1 at HOST:PORT epoch 7, lost HOST:PORT:
     * why}.
     */
    private void hear(String backend, String[] words) {
        long now = System.currentTimeMillis();
        if (words[0].equals("registered") && words.length == 6) {
            links.registered(backend, gateway(words[3]), now);
            judge.registered(words[1], Long.parseLong(words[5]));
        } else if (words[0].equals("lost") && words.length > 1) {
            String link = words[1].substring(0, words[1].length() - 1);
            links.lost(backend, gateway(link), now);
        }
    }

    private String gateway(String link) {
        return gatewayByLink.getOrDefault(link, link);
    }
}
