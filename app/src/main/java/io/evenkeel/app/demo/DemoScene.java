package io.evenkeel.app.demo;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One scene and what became of the requests during it.
 *
 * @param byBackend requests answered during the scene, by backend
 */
record DemoScene(
        String name,
        String what,
        long answered,
        long lost,
        long cut,
        SortedMap<String, Long> byBackend) {

    /** A scene that begins now: it holds the totals so far. */
    static DemoScene begin(String name, String what, LoadTotals totals) {
        return new DemoScene(
                name, what, totals.answered(), totals.lost(), totals.cut(), totals.byBackend());
    }

    /** The scene with what was counted since it began. */
    DemoScene end(LoadTotals totals) {
        return new DemoScene(
                name,
                what,
                totals.answered() - answered,
                totals.lost() - lost,
                totals.cut() - cut,
                difference(totals.byBackend(), byBackend));
    }

    static SortedMap<String, Long> difference(
            SortedMap<String, Long> now, SortedMap<String, Long> before) {
        SortedMap<String, Long> difference = new TreeMap<>();
        now.forEach((name, count) -> difference.put(name, count - before.getOrDefault(name, 0L)));
        return difference;
    }
}
