package io.evenkeel.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.evenkeel.model.tree.JsonReader;
import io.evenkeel.model.tree.JsonWriter;
import io.evenkeel.model.tree.Scalars;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.Tree.Entry;
import io.evenkeel.model.tree.Tree.ObjectTree;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A small real server with the API's paths, revisions, If-Match and problems, in memory. */
final class FakeApi implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final TreeMap<String, Tree> resources = new TreeMap<>();
    private final Map<String, Tree> documents = new HashMap<>();
    private final Map<String, Tree> answers = new HashMap<>();
    private final Map<String, Deque<Tree>> later = new HashMap<>();
    private final List<List<String>> watches = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private int racesLeft;
    private long revision = 10;

    /** Method, path and query of every request, and If-Match where there was one. */
    final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    FakeApi() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    /** Answers a GET of this path with this JSON. */
    synchronized void document(String path, String json) {
        documents.put(path, JsonReader.read(json).orElseThrow());
    }

    /**
     * Answers a GET of this path with this JSON from the next time on, after what was said before.
     */
    synchronized void then(String path, String json) {
        later.computeIfAbsent(path, _ -> new ArrayDeque<>())
                .add(JsonReader.read(json).orElseThrow());
    }

    /** Answers a POST to this path with this JSON. */
    synchronized void answer(String path, String json) {
        answers.put(path, JsonReader.read(json).orElseThrow());
    }

    /** The next stream sends these lines and ends. */
    synchronized void watch(String... lines) {
        watches.add(List.of(lines));
    }

    /** So many of the coming writes find that somebody else was faster. */
    synchronized void races(int writes) {
        racesLeft = writes;
    }

    synchronized Optional<Tree> stored(String path) {
        return Optional.ofNullable(resources.get(path));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
            String ifMatch = exchange.getRequestHeaders().getFirst("If-Match");
            calls.add(
                    exchange.getRequestMethod()
                            + " "
                            + path
                            + (query.isEmpty() ? "" : " " + new TreeMap<>(query))
                            + (ifMatch == null ? "" : " If-Match " + ifMatch));
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (query.containsKey("watch")) {
                stream(exchange);
                return;
            }
            if (path.equals("/v1/services/slow")) {
                await();
                return;
            }
            if (path.equals("/v1/services/html")) {
                send(exchange, 404, "<html>");
                return;
            }
            answer(exchange, path, query, ifMatch, body);
        }
    }

    private void await() {
        try {
            closed.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void answer(
            HttpExchange exchange,
            String path,
            Map<String, String> query,
            @Nullable String ifMatch,
            byte[] body)
            throws IOException {
        Tree now = resources.get(path);
        long held = now == null ? 0 : Long.parseLong(Fields.text(now, "metadata.revision"));
        switch (exchange.getRequestMethod()) {
            case "GET" -> {
                Tree found = documents.getOrDefault(path, now);
                if (found != null) {
                    Deque<Tree> next = later.get(path);
                    if (next != null && !next.isEmpty()) {
                        documents.put(path, next.remove());
                    }
                    send(exchange, 200, JsonWriter.compact(found));
                } else if (path.matches("/v1/(services|routes|endpoints|policies)")) {
                    list(exchange, path, query);
                } else {
                    problem(exchange, 404, path + " does not exist");
                }
            }
            case "PUT" -> {
                if (racesLeft > 0) {
                    racesLeft--;
                    problem(exchange, 412, "revision 99 (expected: " + ifMatch + ")");
                } else if (ifMatch != null && !ifMatch.equals("\"" + held + "\"")) {
                    problem(exchange, 412, "revision " + held + " (expected: " + ifMatch + ")");
                } else {
                    put(exchange, path, now, JsonReader.read(body).orElseThrow(), query);
                }
            }
            case "DELETE" -> {
                if (now == null) {
                    problem(exchange, 404, path + " does not exist");
                } else {
                    resources.remove(path);
                    send(exchange, 200, "{\"outcome\":\"deleted\"}");
                }
            }
            default -> {
                String name = path.replaceFirst(":[^:/]*$", "");
                Tree target = answers.getOrDefault(path, resources.get(name));
                if (target == null) {
                    problem(exchange, 404, name + " does not exist");
                } else {
                    send(exchange, 200, JsonWriter.compact(target));
                }
            }
        }
    }

    private void put(
            HttpExchange exchange,
            String path,
            @Nullable Tree now,
            Tree body,
            Map<String, String> query)
            throws IOException {
        if (path.endsWith("/refused")) {
            send(
                    exchange,
                    422,
                    "{\"title\":\"Invalid\",\"status\":422,\"detail\":\"1 problem\",\"problems\":["
                            + "{\"path\":\"spec.policy\",\"seen\":\"gold\",\"expected\":\"a policy"
                            + " that exists\",\"remedy\":\"create it first\"}]}");
            return;
        }
        Tree stored = now != null && same(now, body) ? now : withRevision(body, ++revision);
        if (!query.containsKey("dryRun")) {
            resources.put(path, stored);
        }
        send(exchange, now == null ? 201 : 200, JsonWriter.compact(stored));
    }

    private static boolean same(Tree now, Tree body) {
        return Fields.text(now, "spec").equals(Fields.text(body, "spec"))
                && Fields.text(now, "metadata.labels").equals(Fields.text(body, "metadata.labels"));
    }

    private static Tree withRevision(Tree resource, long revision) {
        List<Entry> entries = new ArrayList<>();
        for (Entry entry : ((ObjectTree) resource).entries()) {
            Tree value = entry.value();
            if (entry.key().equals("metadata")) {
                List<Entry> metadata =
                        new ArrayList<>(((ObjectTree) Fields.without(value, "revision")).entries());
                metadata.add(new Entry("revision", Scalars.number(revision), -1, -1));
                value = new ObjectTree(metadata, -1, -1);
            }
            entries.add(new Entry(entry.key(), value, -1, -1));
        }
        return new ObjectTree(entries, -1, -1);
    }

    /** Two items a page, so that callers must ask for more. */
    private void list(HttpExchange exchange, String path, Map<String, String> query)
            throws IOException {
        List<Tree> items = new ArrayList<>();
        String last = query.getOrDefault("continue", path + "/");
        String next = "";
        for (Map.Entry<String, Tree> entry : resources.tailMap(last, false).entrySet()) {
            if (entry.getKey().startsWith(path + "/")) {
                if (items.size() == 2) {
                    next = ",\"continue\":\"" + last + "\"";
                    break;
                }
                items.add(entry.getValue());
                last = entry.getKey();
            }
        }
        send(
                exchange,
                200,
                "{\"revision\":"
                        + revision
                        + next
                        + ",\"items\":"
                        + JsonWriter.compact(Fields.list(items))
                        + "}");
    }

    private void stream(HttpExchange exchange) throws IOException {
        List<String> lines;
        synchronized (this) {
            lines = watches.isEmpty() ? List.of() : watches.removeFirst();
        }
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (String line : lines) {
                if (line.equals("WAIT")) {
                    await();
                }
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (IOException | UncheckedIOException gone) {
            // The watcher left; so does this thread.
        }
    }

    private static void problem(HttpExchange exchange, int status, String detail)
            throws IOException {
        Tree problem =
                Fields.object(
                        "title", "Refused", "status", Scalars.number(status), "detail", detail);
        send(exchange, status, JsonWriter.compact(problem));
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new HashMap<>();
        for (String part : raw == null ? new String[0] : raw.split("&", -1)) {
            int equals = part.indexOf('=');
            query.put(
                    part.substring(0, equals),
                    URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return query;
    }
}
