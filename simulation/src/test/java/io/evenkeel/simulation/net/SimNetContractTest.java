package io.evenkeel.simulation.net;

import io.evenkeel.gateway.net.NetContract;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.simulation.time.EventQueue;
import io.evenkeel.simulation.time.Seed;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The simulated network keeps the promises of every transport. */
class SimNetContractTest extends NetContract {
    private static final long AWAIT_NANOS = 10_000_000_000L;
    private static final long SETTLE_NANOS = 200_000_000L;

    @Override
    protected Net open() {
        EventQueue queue = new EventQueue();
        SimNetwork network =
                new SimNetwork(queue, new Seed(1).generator("network"), NetworkOptions.QUIET);
        SimLoop loop = network.process("contract").loop();
        return new Net() {
            @Override
            public NetLoop loop() {
                return loop;
            }

            @Override
            public InetSocketAddress anyAddress() {
                return loopback();
            }

            @Override
            public <T> T on(Supplier<T> work) {
                List<T> result = new ArrayList<>(1);
                loop.execute(() -> result.add(work.get()));
                while (result.isEmpty()) {
                    queue.step();
                }
                return result.getFirst();
            }

            @Override
            public void await(String what, BooleanSupplier condition) {
                long until = queue.nowNanos() + AWAIT_NANOS;
                while (!on(condition::getAsBoolean)) {
                    if (!queue.step() || queue.nowNanos() > until) {
                        throw new AssertionError(what + ": not within ten seconds");
                    }
                }
            }

            @Override
            public void settle() {
                queue.runFor(SETTLE_NANOS);
            }

            @Override
            public void close() {}
        };
    }
}
