package io.evenkeel.bench;

import java.time.Duration;

/**
 * How much a run spends: {@code --smoke} shows that it works, {@code --quick} takes under two
 * minutes.
 */
enum Effort {
    SMOKE(1, Duration.ofSeconds(1)),
    QUICK(3, Duration.ofSeconds(3)),
    FULL(7, Duration.ofSeconds(6));

    /** Interleaved rounds. */
    final int rounds;

    /** Length of one measurement. */
    final Duration length;

    Effort(int rounds, Duration length) {
        this.rounds = rounds;
        this.length = length;
    }

    static Effort of(String[] arguments) {
        return switch (arguments.length == 0 ? "" : arguments[0]) {
            case "" -> FULL;
            case "--smoke" -> SMOKE;
            case "--quick" -> QUICK;
            default ->
                    throw new IllegalArgumentException(
                            "unknown option '" + arguments[0] + "' (known: --smoke, --quick)");
        };
    }
}
