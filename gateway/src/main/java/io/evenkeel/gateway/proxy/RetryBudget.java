package io.evenkeel.gateway.proxy;

/**
 * Bounds retries, so that a failing service isn't finished off by them: a share of the requests
 * plus a steady few a second (the budget of Finagle's RetryBudget, as a token bucket). Pure; used
 * by one loop.
 */
public final class RetryBudget {
    /** The bucket never holds more than the retries of so many seconds, or of so many requests. */
    private static final int WINDOW_SECONDS = 10;

    private static final int WINDOW_REQUESTS = 1000;

    private static final long TOKEN = 1_000_000;

    private long perRequest;
    private long perSecond;
    private long tokens;
    private long lastNanos;

    /**
     * @param percent retries allowed per hundred requests
     * @param minPerSecond retries allowed each second whatever the requests; may be a fraction
     */
    public RetryBudget(int percent, double minPerSecond, long nowNanos) {
        limits(percent, minPerSecond);
        lastNanos = nowNanos;
        tokens = Math.min(perSecond, most());
    }

    /** Changes the limits. */
    public void limits(int percent, double minPerSecond) {
        perRequest = percent * (TOKEN / 100);
        perSecond = (long) (minPerSecond * TOKEN);
        tokens = Math.min(tokens, most());
    }

    /** A first attempt was made. */
    public void request() {
        tokens = Math.min(tokens + perRequest, most());
    }

    /** Takes a retry out of the budget; false if it is used up. */
    public boolean tryRetry(long nowNanos) {
        long elapsed = Math.min(nowNanos - lastNanos, WINDOW_SECONDS * 1_000_000_000L);
        lastNanos = nowNanos;
        tokens = Math.min(tokens + (long) (elapsed / 1e9 * perSecond), most());
        if (tokens < TOKEN) {
            return false;
        }
        tokens -= TOKEN;
        return true;
    }

    private long most() {
        long most = WINDOW_SECONDS * perSecond + WINDOW_REQUESTS * perRequest;
        return most == 0 ? 0 : Math.max(TOKEN, most);
    }
}
