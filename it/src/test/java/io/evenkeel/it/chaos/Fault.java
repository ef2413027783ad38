package io.evenkeel.it.chaos;

import java.util.List;
import java.util.Locale;

/**
 * One thing that is done to the cluster, and undone.
 *
 * @param atMillis since the plan's begin
 * @param lastsMillis until it is undone: started again, continued, mended
 * @param from whose process it is; or whose packets are lost
 * @param to to whom they are lost; empty: to everybody
 * @param percent of them
 */
record Fault(
        long atMillis,
        long lastsMillis,
        Kind kind,
        List<String> from,
        List<String> to,
        int percent) {
    /** What is done. */
    enum Kind {
        /** SIGKILL, and a new start later. */
        KILL,
        /** SIGSTOP, and SIGCONT later. */
        PAUSE,
        /** Packets are lost in one direction. */
        ONE_WAY,
        /** Packets are lost in both directions. */
        TWO_WAY,
        /** A part of all packets of a machine is lost, in both directions. */
        LOSS;

        boolean ofProcess() {
            return this == KILL || this == PAUSE;
        }
    }

    long endMillis() {
        return atMillis + lastsMillis;
    }

    @Override
    public String toString() {
        String way =
                switch (kind) {
                    case KILL, PAUSE -> "";
                    case LOSS -> " " + percent + "%";
                    case ONE_WAY -> " to " + String.join(" ", to);
                    case TWO_WAY -> " from " + String.join(" ", to);
                };
        return String.format(
                Locale.ROOT,
                "%5.1f s: %s %s%s for %.1f s",
                atMillis / 1e3,
                kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                String.join(" ", from),
                way,
                lastsMillis / 1e3);
    }
}
