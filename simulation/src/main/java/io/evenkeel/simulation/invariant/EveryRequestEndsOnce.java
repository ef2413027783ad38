package io.evenkeel.simulation.invariant;

import io.evenkeel.gateway.proxy.ProxyLoop;
import io.evenkeel.kernel.observe.ServiceTraffic;
import io.evenkeel.simulation.cast.Answer;
import io.evenkeel.simulation.cast.SimClient;
import io.evenkeel.simulation.stage.SimService;
import io.evenkeel.simulation.stage.Stage;
import io.evenkeel.simulation.stage.Watcher;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * No request is lost in silence: each ends with exactly one answer at its client and exactly one
 * termination reason at the gateway; a reply is whole and belongs to its request; and in the end
 * the gateway holds nothing of any of them.
 */
public final class EveryRequestEndsOnce implements Watcher {
    private static final String PROMISE = "every request ends once";
    private final LongSupplier nowNanos;
    private final Supplier<List<SimClient>> clients;
    private final Supplier<ProxyLoop> proxy;
    private final Supplier<List<ServiceTraffic>> traffic;
    private final Map<SimClient, Map<Long, Answer>> answers = new HashMap<>();
    private long replies;
    private long countedSinceNanos;

    /** For the clients of this stage; call {@link #answered} with every answer. */
    public EveryRequestEndsOnce(Stage stage) {
        this(
                stage.queue()::nowNanos,
                stage::clients,
                stage.gateway()::proxy,
                stage.view()::services);
    }

    /**
     * For these clients and the gateway that they ask, which may be another one after a restart.
     *
     * @param nowNanos virtual time
     * @param proxy the gateway's proxy now
     * @param traffic what the gateway counted since its start
     */
    public EveryRequestEndsOnce(
            LongSupplier nowNanos,
            Supplier<List<SimClient>> clients,
            Supplier<ProxyLoop> proxy,
            Supplier<List<ServiceTraffic>> traffic) {
        this.nowNanos = nowNanos;
        this.clients = clients;
        this.proxy = proxy;
        this.traffic = traffic;
    }

    /** The gateway has started anew and counts from zero. */
    public void gatewayRestarted() {
        replies = 0;
        countedSinceNanos = nowNanos.getAsLong();
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
                    nowNanos.getAsLong(),
                    answer.toString());
        }
        // Without an endpoint it may have been for no service at all.
        if (answer.ending() == Answer.Ending.REPLIED
                && answer.askedNanos() >= countedSinceNanos
                && !answer.endpoint().isEmpty()) {
            replies++;
        }
    }

    @Override
    public void atEnd(SimService service) {
        atEnd();
    }

    /** All clients have their answers or have given up, and time has passed. */
    public void atEnd() {
        for (SimClient client : clients.get()) {
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
        if (proxy.get().requests() != 0) {
            throw broken(proxy.get().requests() + " still under way at the gateway");
        }
        if (proxy.get().buffers().lentBytes() != 0) {
            throw broken(proxy.get().buffers().lentBytes() + " bytes of buffers still lent");
        }
        for (ServiceTraffic count : traffic.get()) {
            long reasons =
                    count.reasons().stream().mapToLong(ServiceTraffic.ReasonCount::count).sum();
            if (count.active() != 0 || reasons != count.requests()) {
                throw broken("the gateway's own count: " + count);
            }
            if (count.requests() < replies) {
                throw broken(replies + " replies, but at the gateway " + count);
            }
        }
    }

    private BrokenPromise broken(String seen) {
        return new BrokenPromise(PROMISE, nowNanos.getAsLong(), seen);
    }
}
