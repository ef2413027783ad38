package io.evenkeel.kernel.machine;

import io.evenkeel.model.Migration;

/** In which way a machine comes to another host. */
enum MoveWay {
    /** While it runs. */
    LIVE,
    /** While it runs; if that fails again and again, shut down here and started there. */
    LIVE_OR_COLD,
    /** Shut down here and started there. */
    COLD,
    /** It is off, for its host does not start it, and is started there. Never ended for it. */
    OFF;

    /** As its user declared that it may. */
    static MoveWay of(Migration declared) {
        return switch (declared) {
            case LIVE -> LIVE;
            case LIVE_OR_COLD -> LIVE_OR_COLD;
            case COLD -> COLD;
        };
    }
}
