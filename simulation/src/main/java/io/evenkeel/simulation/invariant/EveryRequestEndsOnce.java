package io.evenkeel.simulation.invariant;

import io.evenkeel.kernel.observe.ServiceTraffic;
import io.evenkeel.simulation.cast.Answer;
import io.evenkeel.simulation.cast.SimClient;
import io.evenkeel.simulation.stage.SimService;
import io.evenkeel.simulation.stage.Stage;
import io.evenkeel.simulation.stage.Watcher;
import java.util.HashMap;
import java.util.Map;

/**
 * No request is lost in silence: each ends with exactly one answer at its client and exactly one
 * termination reason at the gateway; a reply is whole and belongs to its request; and in the end
 * the gateway holds nothing of any of them.
 */
public final class EveryRequestEndsOnce implements Watcher {
    private static final String PROMISE = "every request ends once";
    private final Stage stage;
    private final Map<SimClient, Map<Long, Answer>> answers = new HashMap<>();
    private long replies;

    /** For the clients of this stage; call {@link #answered} with every answer. */
    public EveryRequestEndsOnce(Stage stage) {
        this.stage = stage;
    }

    /** A client has its answer. */
    public void answered(SimClient client, Answer answer) {
        Answer earlier =
                answers.computeIfAbsent(client, c -> new HashMap<>()).put(answer.number(), answer);
        if (earlier != null) {
            throw broken("two answers: " + earlier + " and " + answer);
        }
        if (answer.ending() == Answer.Ending.WRONG) {
            throw new BrokenPromise(
                    "a reply is whole and belongs to its request",
                    stage.queue().nowNanos(),
                    answer.toString());
        }
        if (answer.ending() == Answer.Ending.REPLIED) {
            replies++;
        }
    }

    @Override
    public void atEnd(SimService service) {
        for (SimClient client : stage.clients()) {
            if (client.answered() != client.asked()) {
                throw broken(
                        client.process()
                                + " asked "
                                + client.asked()
                                + " and was answered "
                                + client.answered()
                                + " times");
            }
        }
        if (stage.gateway().proxy().requests() != 0) {
            throw broken(stage.gateway().proxy().requests() + " still under way at the gateway");
        }
        if (stage.gateway().proxy().buffers().lentBytes() != 0) {
            throw broken(
                    stage.gateway().proxy().buffers().lentBytes() + " bytes of buffers still lent");
        }
        for (ServiceTraffic traffic : stage.view().services()) {
            long reasons =
                    traffic.reasons().stream().mapToLong(ServiceTraffic.ReasonCount::count).sum();
            if (traffic.active() != 0 || reasons != traffic.requests()) {
                throw broken("the gateway's own count: " + traffic);
            }
            if (traffic.requests() < replies) {
                throw broken(replies + " replies, but at the gateway " + traffic);
            }
        }
    }

    private BrokenPromise broken(String seen) {
        return new BrokenPromise(PROMISE, stage.queue().nowNanos(), seen);
    }
}
