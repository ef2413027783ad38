package io.evenkeel.control.api.javalin;

import io.evenkeel.control.api.ApiListen;
import io.evenkeel.control.api.ApiServer;
import io.evenkeel.control.api.ApiService;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HandlerType;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

/**
 * Listens with Javalin and hands every request to an {@link ApiService}. Javalin routes nothing:
 * one handler takes all, so that paths, methods and errors are decided in one place of ours.
 *
 * <p>Requests run on virtual threads. Thread-safe; {@link #close} may be called twice.
 */
public final class JavalinListener implements ApiServer.Listener {
    private final Javalin javalin;

    private JavalinListener(Javalin javalin) {
        this.javalin = javalin;
    }

    /**
     * Binds and serves.
     *
     * @throws RuntimeException when the address cannot be bound
     */
    public static JavalinListener start(ApiListen listen, ApiService service) {
        return new JavalinListener(
                Javalin.create(config -> configure(config, listen, service)).start());
    }

    @Override
    public int port() {
        return javalin.port();
    }

    /** Stops listening and ends what is open. */
    @Override
    public void close() {
        javalin.stop();
    }

    /**
     * Requests served at a time. Every watch is one; Jetty's own default of 200 let watches take
     * all of them before the API's bound on watches refused one.
     */
    private static final int MOST_TASKS = 1_024;

    private static void configure(JavalinConfig config, ApiListen listen, ApiService service) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.generateEtags = false;
        config.http.maxRequestSize = listen.bodyBytes();
        config.router.ignoreTrailingSlashes = false;
        config.router.treatMultipleSlashesAsSingleSlash = false;
        VirtualThreadPool threads = new VirtualThreadPool(MOST_TASKS);
        threads.setName("api");
        config.jetty.threadPool = threads;
        config.jetty.modifyServer(server -> {
            server.setErrorHandler(new ProblemErrors());
            // Feeds end by themselves when the service closes; nothing is waited for here.
            server.setStopTimeout(0);
        });
        config.jetty.addConnector((server, http) -> connector(server, http, listen));
        RequestExchange exchange = new RequestExchange(listen, service);
        for (HandlerType method : HandlerType.commonHttp()) {
            config.routes.addHttpHandler(method, "/*", exchange::answer);
        }
        config.routes.before(context -> {
            if (!HandlerType.commonHttp().contains(context.method())) {
                exchange.answer(context);
                context.skipRemainingHandlers();
            }
        });
    }

    private static Connector connector(Server server, HttpConfiguration http, ApiListen listen) {
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(listen.headBytes());
        http.setFormEncodedMethods(new String[0]);
        // One acceptor and one selector: an API serves a handful of callers.
        ServerConnector connector =
                new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(listen.address().getAddress().getHostAddress());
        connector.setPort(listen.address().getPort());
        connector.setAcceptQueueSize(listen.acceptQueue());
        connector.setIdleTimeout(listen.idleTimeout().toMillis());
        connector.addBean(new LateHeads(connector, listen.requestTimeout()));
        return connector;
    }
}
