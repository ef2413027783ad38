package io.evenkeel.agent.selffence;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.Procedure;
import io.evenkeel.kernel.failover.Stage;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Names;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Answers other hosts' agents whether the store says that a host's failure is confirmed: {@code GET
 * /v1/failures/NAME}. 200 with JSON, 503 while the store does not answer; nothing is remembered. At
 * most {@value #MOST_CONNECTIONS} connections, each of at most {@value #MOST_SECONDS} seconds a
 * request.
 */
public final class FailureAnswers implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 64;
    private static final int MOST_SECONDS = 5;
    private static final Duration STORE_DEADLINE = Duration.ofSeconds(1);

    static {
        // The server of the JDK takes its bounds from nowhere else; nothing else here uses it.
        System.setProperty("sun.net.httpserver.maxReqTime", Integer.toString(MOST_SECONDS));
        System.setProperty("sun.net.httpserver.maxRspTime", Integer.toString(MOST_SECONDS));
        System.setProperty("jdk.httpserver.maxConnections", Integer.toString(MOST_CONNECTIONS));
    }

    private final Store store;
    private final String tenant;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private FailureAnswers(Store store, String tenant, InetSocketAddress address)
            throws IOException {
        this.store = store;
        this.tenant = tenant;
        try {
            server = HttpServer.create(address, 0);
        } catch (IOException taken) {
            threads.close();
            throw new IOException(
                    "self-fence-address: " + address + " cannot be listened on: " + taken, taken);
        }
        server.setExecutor(threads);
        var _ = server.createContext(FailureSeen.PATH, this::answer);
    }

    /**
     * Listens.
     *
     * @param tenant of the hosts that are asked about
     */
    public static FailureAnswers start(Store store, String tenant, InetSocketAddress address)
            throws IOException {
        FailureAnswers answers = new FailureAnswers(store, tenant, address);
        answers.server.start();
        return answers;
    }

    /** Where it listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String name =
                    exchange.getRequestURI().getRawPath().substring(FailureSeen.PATH.length());
            if (!exchange.getRequestMethod().equals("GET") || !Names.isName(name)) {
                send(exchange, 400, text("expected: GET " + FailureSeen.PATH + "NAME\n"));
                return;
            }
            String key = HostKeys.procedure(new HostKey(tenant, name));
            if (!(store.range(RangeQuery.key(key), STORE_DEADLINE)
                    instanceof RangeResult.Range read)) {
                send(exchange, 503, text("the store does not answer\n"));
                return;
            }
            send(exchange, 200, Stored.write(new FailureSeen(name, isConfirmed(read.entries()))));
        }
    }

    private static byte[] text(String line) {
        return line.getBytes(StandardCharsets.UTF_8);
    }

    /** A record that cannot be read says nothing for it. */
    private static boolean isConfirmed(List<Entry> entries) {
        return !entries.isEmpty()
                && Stored.read(entries.getFirst().value().toBytes(), Procedure.class)
                        instanceof Bound.Good<Procedure>(Procedure procedure)
                && (procedure.stage() == Stage.CONFIRMED || procedure.stage() == Stage.FENCED);
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
