package io.evenkeel.control.api.javalin;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Cuts connections whose request head does not come to an end. The idle timeout alone does not: a
 * peer that sends one byte now and then is never idle, and holds a connection for as long as a head
 * may be bytes long.
 */
final class LateHeads extends AbstractLifeCycle implements Connection.Listener {
    private final ServerConnector connector;
    private final long allowedNanos;
    private final Map<Connection, Progress> open = new ConcurrentHashMap<>();

    /** Heads finished so far, and since when the next one has been arriving. */
    private record Progress(long heads, long sinceNanos) {}

    LateHeads(ServerConnector connector, Duration allowed) {
        this.connector = connector;
        this.allowedNanos = allowed.toNanos();
        connector.addEventListener(this);
    }

    @Override
    public void onOpened(Connection connection) {
        open.put(connection, new Progress(0, System.nanoTime()));
    }

    @Override
    public void onClosed(Connection connection) {
        open.remove(connection);
    }

    @Override
    protected void doStart() {
        schedule();
    }

    private void schedule() {
        Scheduler scheduler = connector.getScheduler();
        scheduler.schedule(this::look, Math.max(1, allowedNanos / 4), TimeUnit.NANOSECONDS);
    }

    private void look() {
        if (!isRunning()) {
            return;
        }
        long now = System.nanoTime();
        open.replaceAll((connection, progress) -> progressed(connection, progress, now));
        open.forEach((connection, progress) -> {
            if (now - progress.sinceNanos > allowedNanos) {
                connection.getEndPoint().close();
            }
        });
        schedule();
    }

    /** The clock stands still between heads and starts anew with each. */
    private static Progress progressed(Connection connection, Progress before, long now) {
        long heads = connection.getMessagesIn();
        boolean arriving =
                connection instanceof HttpConnection http && http.getParser().inHeaderState();
        return arriving && heads == before.heads ? before : new Progress(heads, now);
    }
}
