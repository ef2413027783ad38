package io.evenkeel.it.chaos;

import io.evenkeel.it.lab.Wires;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Carries a plan out, prints each fault as it is made, and notes it. */
final class FaultMaker {
    private final Stage stage;
    private final Troubles troubles;
    private final Verdict verdict;
    private final List<Thread> threads = new ArrayList<>();

    FaultMaker(Stage stage, Troubles troubles, Verdict verdict) {
        this.stage = stage;
        this.troubles = troubles;
        this.verdict = verdict;
    }

    /** Returns when all was made and undone, or as soon as there is no more sense in it. */
    void carryOut(List<Fault> plan, BooleanSupplier goOn) throws InterruptedException {
        long begun = System.nanoTime();
        for (Fault fault : plan) {
            long due = begun + TimeUnit.MILLISECONDS.toNanos(fault.atMillis());
            while (goOn.getAsBoolean() && due - System.nanoTime() > 0) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            if (!goOn.getAsBoolean()) {
                break;
            }
            System.out.println("chaos: " + fault);
            threads.add(Thread.ofVirtual().start(() -> make(fault)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void make(Fault fault) {
        try {
            if (fault.kind().ofProcess()) {
                Actor actor = stage.actor(fault.from().getFirst());
                // On a slow machine it may still be starting after the last one.
                synchronized (actor) {
                    disturb(actor, fault);
                }
            } else {
                lose(fault);
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            verdict.broken("a fault can be made and undone", fault + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long now() {
        return System.currentTimeMillis();
    }

    private void disturb(Actor actor, Fault fault) throws IOException, InterruptedException {
        String victim = fault.from().getFirst();
        boolean killed = fault.kind() == Fault.Kind.KILL;
        Troubles.What what = killed ? Troubles.What.DOWN : Troubles.What.PAUSED;
        Troubles.Trouble trouble = troubles.begin(what, victim, now());
        if (killed) {
            actor.kill();
        } else {
            actor.stop();
        }
        TimeUnit.MILLISECONDS.sleep(fault.lastsMillis());
        if (killed) {
            Troubles.Trouble starting = troubles.begin(Troubles.What.STARTING, victim, now());
            trouble.over(now());
            actor.launch();
            actor.awaitReady();
            starting.over(now());
        } else {
            trouble.ending(now());
            actor.resume();
            trouble.over(now());
        }
    }

    private void lose(Fault fault) throws IOException, InterruptedException {
        boolean loss = fault.kind() == Fault.Kind.LOSS;
        List<String> to = loss ? others(fault.from().getFirst()) : fault.to();
        List<Troubles.Trouble> begun = new ArrayList<>();
        List<Wires.Lost> lost = new ArrayList<>();
        for (String one : fault.from()) {
            for (String other : to) {
                lose(fault, one, other, begun, lost);
                if (fault.kind() != Fault.Kind.ONE_WAY) {
                    lose(fault, other, one, begun, lost);
                }
            }
        }
        stage.laboratory.wires().lose(lost);
        TimeUnit.MILLISECONDS.sleep(fault.lastsMillis());
        begun.forEach(trouble -> trouble.ending(now()));
        stage.laboratory.wires().mend(lost);
        begun.forEach(trouble -> trouble.over(now()));
    }

    private void lose(
            Fault fault,
            String from,
            String to,
            List<Troubles.Trouble> begun,
            List<Wires.Lost> lost) {
        Troubles.What what = fault.percent() < 100 ? Troubles.What.LOSSY : Troubles.What.CUT;
        begun.add(troubles.begin(what, from, to, now()));
        lost.add(
                new Wires.Lost(
                        stage.machine(from).address(),
                        stage.machine(to).address(),
                        fault.percent()));
    }

    /** All but the one from which the history is read, which is to be read whatever happens. */
    private List<String> others(String victim) {
        List<String> others = new ArrayList<>(stage.cast.processes());
        others.add(Cast.CLIENTS);
        others.remove(victim);
        return others;
    }
}
