package io.evenkeel.it;

import io.evenkeel.app.demo.Answer;
import java.io.IOException;
import java.util.List;

/** A service's queue as the API shows it, head first. */
final class Queues {
    /** One node of it. */
    record Node(String endpoint, long score, String standing) {
        boolean pickable() {
            return !standing.equals("out");
        }

        boolean queued() {
            return standing.equals("queued");
        }
    }

    private Queues() {}

    static List<Node> of(Site site, String service) throws IOException, InterruptedException {
        return site.api().read("/v1/services/" + service + "/queue").at("entries").items().stream()
                .map(Queues::node)
                .toList();
    }

    private static Node node(Answer entry) {
        return new Node(
                entry.at("endpoint").text(),
                entry.at("score").number(),
                entry.at("standing").text());
    }
}
