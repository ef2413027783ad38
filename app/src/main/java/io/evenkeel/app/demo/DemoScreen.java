package io.evenkeel.app.demo;

import java.io.Console;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** Draws the demo: a table that redraws itself on a terminal, one table a scene elsewhere. */
final class DemoScreen {
    private static final int BAR = 30;

    private final PrintStream out;
    private final boolean live;
    private int drawn;

    private DemoScreen(PrintStream out, boolean live) {
        this.out = out;
        this.live = live;
    }

    @SuppressWarnings("SystemConsoleNull") // It is null in JDK 25 when stdin is no terminal.
    static DemoScreen onStdout() {
        String terminal = System.getenv("TERM");
        Console console = System.console();
        boolean live =
                console != null
                        && console.isTerminal()
                        && terminal != null
                        && !terminal.equals("dumb");
        return new DemoScreen(System.out, live);
    }

    void say(String line) {
        out.println(line);
        drawn = 0;
    }

    /** One look at the cast; drawn over the look before, where that is possible. */
    void look(SortedMap<String, String> states, SortedMap<String, Long> requests, boolean last) {
        if (!live && !last) {
            return;
        }
        if (drawn > 0) {
            out.print("\u001b[" + drawn + "A\u001b[J");
        }
        long all = Math.max(1, requests.values().stream().mapToLong(Long::longValue).sum());
        states.forEach((name, state) -> {
            long count = requests.getOrDefault(name, 0L);
            out.printf(
                    Locale.ROOT,
                    "  %-7s %-22s %6d  %3d %%  %s%n",
                    name,
                    state,
                    count,
                    Math.round(100.0 * count / all),
                    "#".repeat((int) (BAR * count / all)));
        });
        drawn = states.size();
        out.flush();
    }

    void summary(List<DemoScene> scenes, LoadTotals totals) {
        SortedSet<String> backends = new TreeSet<>(totals.byBackend().keySet());
        StringBuilder head = new StringBuilder("%-10s %9s".formatted("scene", "requests"));
        backends.forEach(name -> head.append("%8s".formatted(name)));
        say("");
        say(head.append("%7s%7s".formatted("lost", "cut")).toString());
        for (DemoScene scene : scenes) {
            StringBuilder row =
                    new StringBuilder("%-10s %9d".formatted(scene.name(), scene.answered()));
            for (String name : backends) {
                row.append("%8d".formatted(scene.byBackend().getOrDefault(name, 0L)));
            }
            say(row.append("%7d%7d".formatted(scene.lost(), scene.cut())).toString());
        }
        say("");
        say(
                String.format(
                        Locale.ROOT,
                        "%d requests answered, %d lost, %d cut after their reply had begun; median %.1f ms, p99 %.1f ms",
                        totals.answered(),
                        totals.lost(),
                        totals.cut(),
                        totals.latencyMillis(50),
                        totals.latencyMillis(99)));
        totals.failures().forEach((why, count) -> say("  lost: " + why + " x " + count));
    }
}
