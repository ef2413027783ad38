package io.evenkeel.it;

import io.evenkeel.app.demo.Answer;
import java.io.IOException;
import java.util.List;

/** A service's queue as the API shows it, head first. */
final class Queues {
    /**
     * One node of it.
     *
     * @param requests picks since it joined, those outstanding among them
     * @param eligible whether nothing speaks against it; read right after the rest
     */
    record Node(
            String endpoint,
            long epoch,
            String standing,
            long score,
            long outstanding,
            long surplus,
            long penalty,
            long weight,
            long factorPercent,
            long cap,
            boolean eligible,
            long requests) {
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
                entry.at("epoch").number(),
                entry.at("standing").text(),
                entry.at("score").number(),
                entry.at("outstanding").number(),
                entry.at("surplus").number(),
                entry.at("penalty").number(),
                entry.at("weight").number(),
                entry.at("factorPercent").number(),
                entry.at("cap").number(),
                entry.at("eligible").text().equals("true"),
                entry.at("requests").number());
    }
}
