package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.it.Queues.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a service as one would explain it: who stands in it, with which score, and in which
 * order. It holds two snapshots that the API gave shortly after each other against what the model
 * makes of the same values. Each snapshot's order and numbers are of one instant, so nothing has to
 * be tolerated.
 *
 * <ul>
 *   <li><b>Score</b>: (outstanding + surplus + penalty) per weight and slow-start factor, in
 *       millionths.
 *   <li><b>Order</b>: by score. Equals stand in the order in which they came to their score. Which
 *       that is follows from the earlier snapshot: newcomers that had no request yet come first,
 *       then those that nothing has happened to in between, as they stood, then those that were
 *       picked, released or judged anew.
 *   <li><b>Standing</b>: in the queue exactly if eligible and below the cap. Eligibility is read
 *       right after each snapshot's instant, so the later one's standings are held against it where
 *       both readings agree.
 * </ul>
 */
final class QueueModel {
    private static final long UNIT = 1_000_000;

    /** What the model could tell of a pair, so that a test sees that it told something. */
    record Told(int queued, int keptTheirPlace, int sawRequests) {}

    private record Place(Node node, int rank) {}

    private QueueModel() {}

    /** Holds the later of two snapshots against the model. */
    static Told hold(List<Node> earlier, List<Node> later) {
        Map<String, Place> before = new HashMap<>();
        for (int i = 0; i < earlier.size(); i++) {
            before.put(earlier.get(i).endpoint(), new Place(earlier.get(i), i));
        }
        assertThat(later.stream().map(Node::endpoint)).doesNotHaveDuplicates();
        later.forEach(QueueModel::holdScore);
        later.forEach(node -> holdStanding(before.get(node.endpoint()), node));
        List<Node> shown = later.stream().filter(Node::queued).toList();
        List<Node> modelled = new ArrayList<>(shown);
        // A stable sort: among those that the model can't tell apart the order is as shown.
        modelled.sort(
                Comparator.comparingLong(Node::score)
                        .thenComparingInt(node -> arrival(before.get(node.endpoint()), node)));
        assertThat(shown).as("the queue, head first").containsExactlyElementsOf(modelled);
        return new Told(
                shown.size(),
                (int) shown.stream().filter(node -> stayed(before, node)).count(),
                (int) shown.stream().filter(node -> !stayed(before, node)).count());
    }

    private static boolean stayed(Map<String, Place> before, Node node) {
        int arrival = arrival(before.get(node.endpoint()), node);
        return arrival >= 0 && arrival < Integer.MAX_VALUE;
    }

    /** When it came to its score, as far as two snapshots tell: less is earlier. */
    private static int arrival(@Nullable Place before, Node now) {
        if (before == null || before.node().epoch() != now.epoch() || !before.node().queued()) {
            return now.requests() == 0 ? -1 : Integer.MAX_VALUE;
        }
        Node then = before.node();
        boolean untouched =
                then.requests() == now.requests()
                        && then.outstanding() == now.outstanding()
                        && then.surplus() == now.surplus()
                        && then.penalty() == now.penalty()
                        && then.score() == now.score()
                        // At the end of its slow start a node is sorted in anew.
                        && (then.factorPercent() == 100) == (now.factorPercent() == 100);
        return untouched ? before.rank() : Integer.MAX_VALUE;
    }

    /** The factor is shown in whole percent, cut off: the score lies between two of them. */
    private static void holdScore(Node node) {
        long load = node.outstanding() + node.surplus() + node.penalty();
        long full = load * UNIT * 100;
        long most = full / (node.weight() * node.factorPercent());
        long least =
                full
                        / (node.weight()
                                * (node.factorPercent() == 100 ? 100 : node.factorPercent() + 1));
        assertThat(node.score()).as("score of %s", node).isBetween(least, most);
    }

    private static void holdStanding(@Nullable Place before, Node node) {
        boolean known =
                before != null
                        && before.node().epoch() == node.epoch()
                        && before.node().eligible() == node.eligible();
        if (known) {
            String expected =
                    !node.eligible()
                            ? "out"
                            : node.outstanding() < node.cap() ? "queued" : "parked";
            assertThat(node.standing()).as("standing of %s", node).isEqualTo(expected);
        }
    }
}
