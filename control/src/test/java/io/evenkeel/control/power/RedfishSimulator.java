package io.evenkeel.control.power;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A management controller with one system, written from the Redfish specification (DMTF DSP0266)
 * and its ComputerSystem schema: service root, sessions, systems, reset action, error responses.
 * Fields say how it differs from a good one. Thread-safe.
 */
public final class RedfishSimulator implements AutoCloseable {
    static final String USER = "operator";
    static final String PASSWORD = "se\"cret";
    private static final String SYSTEM = "/redfish/v1/Systems/437XR1138R2";
    private static final String RESET = SYSTEM + "/Actions/ComputerSystem.Reset";
    private static final String SESSIONS = "/redfish/v1/SessionService/Sessions";
    private static final int MOST_SESSIONS = 2;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<String> requests = new ArrayList<>();
    private final Set<String> sessions = new TreeSet<>();
    private final Runnable atOff;
    private String state = "On";
    private int next = 1;

    /** How long the power takes to go. */
    volatile Duration goes = Duration.ofMillis(700);

    /** The next so many resets are answered 503. */
    final AtomicInteger busy = new AtomicInteger();

    /** Whether a reset is said to be done, and is not. */
    volatile boolean ignores;

    /** Whether requests beyond the service root are never answered. */
    volatile boolean hangs;

    /** Whether the reset's values are in a resource of their own. */
    volatile boolean tellsElsewhere;

    /** What a reset may be. */
    volatile String offered = "\"On\",\"ForceOff\",\"GracefulShutdown\",\"ForceRestart\"";

    /** Whether nobody has to log in. */
    private volatile boolean open;

    /** In place of the system's representation. */
    volatile @Nullable String instead;

    /** In place of the collection's members. */
    volatile String members = "{\"@odata.id\":\"" + SYSTEM + "\"}";

    private RedfishSimulator(HttpServer server, Runnable atOff) {
        this.server = server;
        this.atOff = atOff;
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /**
     * Starts on a port of its own of the loopback.
     *
     * @param tls what it shows; null: it speaks plain HTTP
     * @param atOff what happens when its system loses its power
     */
    public static RedfishSimulator start(@Nullable SSLContext tls, Runnable atOff)
            throws IOException {
        return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), tls, atOff);
    }

    /** The same at this address. */
    public static RedfishSimulator start(
            InetSocketAddress at, @Nullable SSLContext tls, Runnable atOff) throws IOException {
        if (tls == null) {
            return new RedfishSimulator(HttpServer.create(at, 0), atOff);
        }
        HttpsServer https = HttpsServer.create(at, 0);
        https.setHttpsConfigurator(new HttpsConfigurator(tls));
        return new RedfishSimulator(https, atOff);
    }

    /** One that asks nobody who he is, and speaks plain HTTP. */
    public static RedfishSimulator withoutLogin(Runnable atOff) throws IOException {
        RedfishSimulator simulator = start(null, atOff);
        simulator.open = true;
        return simulator;
    }

    /** Where it is. */
    public String url() {
        return (server instanceof HttpsServer ? "https" : "http")
                + "://127.0.0.1:"
                + server.getAddress().getPort();
    }

    /** What was asked, {@code METHOD PATH}, oldest first. */
    public synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    /** How its system is. */
    public synchronized String state() {
        return state;
    }

    /** Somebody presses the button. */
    public void powerOn() {
        state("On");
    }

    synchronized void state(String now) {
        state = now;
    }

    synchronized int openSessions() {
        return sessions.size();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String path = exchange.getRequestURI().getPath();
            String request = exchange.getRequestMethod() + " " + path;
            synchronized (this) {
                requests.add(request);
            }
            if (hangs && !path.equals("/redfish/v1/")) {
                closed.await();
                return;
            }
            answer(exchange, request, path, body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange, String request, String path, String body)
            throws IOException {
        if (!"4.0".equals(exchange.getRequestHeaders().getFirst("OData-Version"))) {
            error(exchange, 412, "Base.1.18.PreconditionFailed", "OData-Version is not supported");
        } else if (request.equals("GET /redfish/v1/")) {
            reply(
                    exchange,
                    200,
                    """
                    {"@odata.id":"/redfish/v1/","@odata.type":"#ServiceRoot.v1_16_1.ServiceRoot",
                     "Id":"RootService","Name":"Root Service","RedfishVersion":"1.20.0",
                     "Systems":{"@odata.id":"/redfish/v1/Systems"},
                     "SessionService":{"@odata.id":"/redfish/v1/SessionService"},
                     "Links":{"Sessions":{"@odata.id":"%s"}}}
                    """
                            .formatted(SESSIONS));
        } else if (request.equals("POST " + SESSIONS)) {
            logIn(exchange, body);
        } else if (!isKnown(exchange)) {
            error(exchange, 401, "Base.1.18.NoValidSession", "There is no valid session.");
        } else if (request.startsWith("DELETE " + SESSIONS + "/")) {
            synchronized (this) {
                sessions.remove(path.substring(SESSIONS.length() + 1));
            }
            reply(exchange, 204, "");
        } else if (request.equals("GET /redfish/v1/Systems")) {
            reply(
                    exchange,
                    200,
                    """
                    {"@odata.id":"/redfish/v1/Systems","Name":"Systems","Members":[%s],
                     "@odata.type":"#ComputerSystemCollection.ComputerSystemCollection"}
                    """
                            .formatted(members));
        } else if (request.equals("GET " + SYSTEM)) {
            String other = instead;
            exchange.getResponseHeaders().set("ETag", "\"" + state() + "\"");
            reply(exchange, 200, other == null ? system() : other);
        } else if (request.equals("GET " + SYSTEM + "/ResetActionInfo")) {
            reply(
                    exchange,
                    200,
                    """
                    {"@odata.type":"#ActionInfo.v1_4_2.ActionInfo","Id":"ResetActionInfo",
                     "Parameters":[{"Name":"Delay","DataType":"Number"},
                      {"Name":"ResetType","Required":true,"DataType":"String",
                       "AllowableValues":[%s]}]}
                    """
                            .formatted(offered));
        } else if (request.equals("POST " + RESET)) {
            reset(exchange, body);
        } else {
            error(exchange, 404, "Base.1.18.ResourceMissingAtURI", "There is nothing at " + path);
        }
    }

    private synchronized boolean isKnown(HttpExchange exchange) {
        String token = exchange.getRequestHeaders().getFirst("X-Auth-Token");
        return open || (token != null && sessions.contains(token.replace("token-", "")));
    }

    private void logIn(HttpExchange exchange, String body) throws IOException {
        if (!text(body, "UserName").equals(USER)
                || !text(body, "Password").equals(PASSWORD.replace("\"", "\\\""))) {
            error(exchange, 401, "Base.1.18.InsufficientPrivilege", "Wrong name or password.");
            return;
        }
        String id;
        synchronized (this) {
            if (sessions.size() == MOST_SESSIONS) {
                id = "";
            } else {
                id = String.valueOf(next++);
                sessions.add(id);
            }
        }
        if (id.isEmpty()) {
            error(exchange, 503, "Base.1.18.SessionLimitExceeded", "Too many sessions are open.");
            return;
        }
        exchange.getResponseHeaders().set("X-Auth-Token", "token-" + id);
        exchange.getResponseHeaders().set("Location", url() + SESSIONS + "/" + id);
        reply(exchange, 201, "{\"Id\":\"" + id + "\",\"Name\":\"User Session\"}");
    }

    private String system() {
        String values =
                tellsElsewhere
                        ? "\"@Redfish.ActionInfo\":\"" + SYSTEM + "/ResetActionInfo\""
                        : "\"ResetType@Redfish.AllowableValues\":[" + offered + "]";
        return """
        {"@odata.id":"%s","@odata.type":"#ComputerSystem.v1_22_0.ComputerSystem",
         "Id":"437XR1138R2","Name":"System","SystemType":"Physical","PowerState":"%s",
         "Actions":{"#ComputerSystem.Reset":{"target":"%s",%s}}}
        """
                .formatted(SYSTEM, state(), RESET, values);
    }

    private void reset(HttpExchange exchange, String body) throws IOException {
        String type = text(body, "ResetType");
        if (busy.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            error(exchange, 503, "Base.1.18.ServiceTemporarilyUnavailable", "Try again later.");
        } else if (!offered.contains("\"" + type + "\"")) {
            error(exchange, 400, "Base.1.18.ActionParameterNotSupported", "ResetType " + type);
        } else if (state().equals("Off")) {
            error(exchange, 409, "Base.1.18.ResourceInUse", "The system is off already.");
        } else {
            if (!ignores) {
                state("PoweringOff");
                threads.execute(this::lose);
            }
            reply(exchange, 204, "");
        }
    }

    private void lose() {
        try {
            TimeUnit.NANOSECONDS.sleep(goes.toNanos());
            atOff.run();
            state("Off");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String text(String json, String key) {
        Matcher found =
                Pattern.compile("\"" + key + "\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(json);
        return found.find() ? found.group(1) : "";
    }

    private static void error(HttpExchange exchange, int status, String id, String message)
            throws IOException {
        reply(
                exchange,
                status,
                """
                {"error":{"code":"%s","message":"See @Message.ExtendedInfo.",
                 "@Message.ExtendedInfo":[{"MessageId":"%s","Message":"%s","Severity":"Critical"}]}}
                """
                        .formatted(id, id, message));
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.getResponseHeaders().set("OData-Version", "4.0");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
