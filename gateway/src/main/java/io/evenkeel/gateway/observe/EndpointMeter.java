package io.evenkeel.gateway.observe;

/** Counters of one endpoint on one loop, written by that loop, read by any thread. */
public final class EndpointMeter {
    private static final int ACTIVE = 0;
    private static final int ENDED = 1;
    private static final int FAILED = 2;
    private static final int MICROS = 3;

    private final String endpoint;
    private final byte[] logged;
    private final CounterCells cells = new CounterCells(4);

    EndpointMeter(String endpoint) {
        this.endpoint = endpoint;
        logged = AccessLogLine.escaped(endpoint);
    }

    /** Returns the endpoint's id. */
    public String endpoint() {
        return endpoint;
    }

    /** Returns the id as the access log spells it; not to be changed. */
    byte[] logged() {
        return logged;
    }

    void attemptBegan() {
        cells.add(ACTIVE, 1);
    }

    void attemptEnded(boolean failed, long micros) {
        cells.add(ACTIVE, -1);
        cells.add(ENDED, 1);
        cells.add(MICROS, micros);
        if (failed) {
            cells.add(FAILED, 1);
        }
    }

    long active() {
        return cells.sum(ACTIVE);
    }

    long ended() {
        return cells.sum(ENDED);
    }

    long failed() {
        return cells.sum(FAILED);
    }

    long micros() {
        return cells.sum(MICROS);
    }
}
