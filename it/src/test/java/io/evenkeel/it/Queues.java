package io.evenkeel.it;

import io.evenkeel.wire.json.Json;
import java.util.ArrayList;
import java.util.List;

/** A service's queue as the API shows it, head first. */
final class Queues {
    /** One node of it. */
    record Node(String endpoint, long score, boolean pickable) {}

    private Queues() {}

    static List<Node> of(Site site, String service) throws Exception {
        List<Node> nodes = new ArrayList<>();
        Json.Obj queue = site.read("/v1/services/" + service + "/queue");
        for (Json item : ((Json.Array) queue.field("nodes")).items()) {
            Json.Obj node = (Json.Obj) item;
            nodes.add(
                    new Node(
                            ((Json.Text) node.field("endpoint")).value(),
                            ((Json.Numeral) node.field("score")).integer().orElseThrow(),
                            ((Json.Bool) node.field("eligible")).value()));
        }
        return nodes;
    }
}
