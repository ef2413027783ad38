package io.evenkeel.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a loop's turn is made of: tasks, timers, work at its end. */
abstract class TurnsContract extends NetStage {
    @Test
    void tasksOfOneCallerRunInOrderOnTheLoop() {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int n = i;
            assertThat(net.loop().execute(() -> order.add(n))).isTrue();
        }
        net.await("all ran", () -> order.size() == 100);
        assertThat(order).isSorted();
    }

    @Test
    void aTimerFiresOnceAtItsDeadlineAndNotBefore() {
        long[] fired = new long[2];
        Timer timer =
                new Timer(now -> {
                    fired[0]++;
                    fired[1] = now;
                });
        long deadline =
                net.on(() -> {
                    long at = net.loop().nanos() + 40_000_000L;
                    net.loop().schedule(timer, at);
                    return at;
                });
        net.await("it fires", () -> fired[0] == 1);
        net.settle();
        assertThat(net.on(() -> fired[0])).isEqualTo(1);
        assertThat(net.on(() -> fired[1])).isGreaterThanOrEqualTo(deadline);
    }

    @Test
    void aCancelledTimerDoesNotFireAndAMovedOneFiresLater() {
        int[] fired = new int[2];
        Timer cancelled = new Timer(now -> fired[0]++);
        Timer moved = new Timer(now -> fired[1]++);
        net.on(() -> {
            long now = net.loop().nanos();
            net.loop().schedule(cancelled, now + 20_000_000L);
            net.loop().schedule(moved, now + 20_000_000L);
            net.loop().cancel(cancelled);
            net.loop().schedule(moved, now + 60_000_000L);
            return true;
        });
        net.await("the moved one fires", () -> fired[1] == 1);
        assertThat(net.on(() -> fired[0])).isZero();
    }

    @Test
    void workAtTheTurnsEndRunsAfterTheTasksOfTheTurn() {
        List<String> order = new ArrayList<>();
        net.on(() -> {
            net.loop().atTurnEnd(() -> order.add("end"));
            order.add("task");
            return true;
        });
        net.await("the turn ends", () -> order.contains("end"));
        assertThat(net.on(order::getFirst)).isEqualTo("task");
    }
}
