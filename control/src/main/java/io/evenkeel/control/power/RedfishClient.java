package io.evenkeel.control.power;

import io.evenkeel.model.HostPower;
import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.JsonReader;
import io.evenkeel.model.tree.JsonWriter;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.Tree.ArrayTree;
import io.evenkeel.model.tree.Tree.Entry;
import io.evenkeel.model.tree.Tree.ObjectTree;
import io.evenkeel.model.tree.Tree.Scalar;
import io.evenkeel.model.tree.Tree.ScalarKind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP to one controller as the Redfish specification (DMTF DSP0266) has it, under one deadline: a
 * session if there is somebody to log in, JSON of at most 1 MiB, no redirects, and links that stay
 * on the controller. Single-threaded.
 */
final class RedfishClient implements AutoCloseable {
    private static final long MOST_OCTETS = 1 << 20;

    /** One answer may take so long; a controller is slow, a dead one is found out. */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration GOODBYE = Duration.ofSeconds(2);

    private final HttpClient http;
    private final URI base;
    private final HostPower power;
    private long deadlineNanos;
    private Optional<String> token = Optional.empty();
    private Optional<String> session = Optional.empty();

    private RedfishClient(HttpClient http, HostPower power, Duration timeout) {
        this.http = http;
        this.base = URI.create(power.url());
        this.power = power;
        this.deadlineNanos = System.nanoTime() + timeout.toNanos();
    }

    /** Nothing is sent yet. */
    static RedfishClient open(HostPower power, Duration timeout) throws RedfishException {
        HttpClient.Builder http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(CONNECT);
        if (!power.certificateFile().isEmpty()) {
            http.sslContext(PinnedTrust.context(Path.of(power.certificateFile())));
        }
        return new RedfishClient(http.build(), power, timeout);
    }

    /** What is left of the time. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
    }

    /** Begins a session at the path that the service names, if there is somebody to log in. */
    void logIn(String sessions) throws RedfishException, InterruptedException {
        if (power.username().isEmpty()) {
            return;
        }
        Path file = Path.of(power.passwordFile());
        String password;
        try {
            password = Files.readString(file).strip();
        } catch (IOException e) {
            throw RedfishException.refused(
                    0, "passwordFile " + file + ": " + e + " (expected: a file with the password)");
        }
        HttpResponse<byte[]> reply =
                send("POST", sessions, object("UserName", power.username(), "Password", password));
        token = reply.headers().firstValue("X-Auth-Token");
        session = reply.headers().firstValue("Location").map(RedfishClient::path);
        if (token.isEmpty()) {
            throw RedfishException.refused(
                    reply.statusCode(), "POST " + sessions + ": no X-Auth-Token in the reply");
        }
    }

    /** Of a link, which may name the controller itself. */
    private static String path(String location) {
        int authority = location.indexOf("://");
        int slash = authority < 0 ? 0 : location.indexOf('/', authority + 3);
        return slash < 0 ? "" : location.substring(slash);
    }

    /** A resource. */
    Tree get(String path) throws RedfishException, InterruptedException {
        HttpResponse<byte[]> reply = send("GET", path, null);
        return switch (JsonReader.read(reply.body())) {
            case Bound.Good<Tree>(Tree tree) -> tree;
            case Bound.Bad<Tree>(var problems) ->
                    throw RedfishException.refused(
                            reply.statusCode(), "GET " + path + ": " + problems.getFirst());
        };
    }

    /**
     * An action; what is said besides its success does not matter.
     *
     * @param withinNanos when it is too late to ask for it, by {@link System#nanoTime}
     */
    void post(String path, Tree body, long withinNanos)
            throws RedfishException, InterruptedException {
        var _ = send("POST", path, body, withinNanos);
    }

    private HttpResponse<byte[]> send(String method, String path, @Nullable Tree body)
            throws RedfishException, InterruptedException {
        return send(method, path, body, deadlineNanos);
    }

    private HttpResponse<byte[]> send(
            String method, String path, @Nullable Tree body, long withinNanos)
            throws RedfishException, InterruptedException {
        String what = method + " " + path;
        if (!path.startsWith("/") || path.startsWith("//")) {
            throw RedfishException.refused(
                    0, what + ": not a path of this controller (expected: one that begins with /)");
        }
        URI uri;
        try {
            uri = base.resolve(path);
        } catch (IllegalArgumentException e) {
            throw RedfishException.refused(0, what + ": not a path: " + e.getMessage());
        }
        // Some controllers answer 406 without these.
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri)
                        .header("Accept", "application/json")
                        .header("OData-Version", "4.0")
                        .method(
                                method,
                                body == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofByteArray(JsonWriter.bytes(body)));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        token.ifPresent(value -> request.header("X-Auth-Token", value));
        HttpResponse<byte[]> reply = answer(what, request.build(), withinNanos);
        if (reply.statusCode() / 100 != 2) {
            throw RedfishException.refused(
                    reply.statusCode(),
                    what + ": HTTP " + reply.statusCode() + extended(reply.body()));
        }
        return reply;
    }

    private HttpResponse<byte[]> answer(String what, HttpRequest request, long withinNanos)
            throws RedfishException, InterruptedException {
        long wait = Math.min(left().toMillis(), ANSWER.toMillis());
        if (wait == 0 || System.nanoTime() - withinNanos >= 0) {
            throw RedfishException.silent(what + ": not asked, it is too late for it");
        }
        CompletableFuture<HttpResponse<byte[]>> reply =
                http.sendAsync(
                        request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_OCTETS));
        try {
            return reply.get(wait, TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw RedfishException.silent(what + ": no answer within " + wait + " ms");
        } catch (ExecutionException e) {
            throw RedfishException.silent(what + ": " + cause(e));
        } finally {
            reply.cancel(true);
        }
    }

    /** The innermost that says something. */
    private static String cause(Throwable e) {
        String words = e.toString();
        for (Throwable at = e; at != null; at = at.getCause()) {
            words =
                    at.getMessage() == null
                            ? words
                            : at.getClass().getSimpleName() + ": " + at.getMessage();
        }
        return words;
    }

    /** What a controller says of its refusal, in its words; empty: nothing that can be read. */
    private static String extended(byte[] body) {
        if (!(JsonReader.read(body) instanceof Bound.Good<Tree>(Tree tree))) {
            return "";
        }
        Optional<Tree> error = at(tree, "error");
        List<Tree> infos =
                error.flatMap(one -> at(one, "@Message.ExtendedInfo"))
                        .map(RedfishClient::items)
                        .orElse(List.of());
        Optional<String> message =
                infos.stream().findFirst().flatMap(info -> text(info, "Message"));
        return message.or(() -> error.flatMap(one -> text(one, "message")))
                .map(words -> ": " + (words.length() > 200 ? words.substring(0, 200) : words))
                .orElse("");
    }

    /** The value of a key of an object; empty: there is none. */
    static Optional<Tree> at(Tree tree, String key) {
        return tree instanceof ObjectTree(List<Entry> entries, int _, int _)
                ? entries.stream()
                        .filter(entry -> entry.key().equals(key))
                        .map(Entry::value)
                        .findFirst()
                : Optional.empty();
    }

    /** The text at a key. */
    static Optional<String> text(Tree tree, String key) {
        return at(tree, key)
                .filter(value -> value instanceof Scalar s && s.kind() == ScalarKind.STRING)
                .map(value -> ((Scalar) value).text());
    }

    /** The link at a key. */
    static Optional<String> link(Tree tree, String key) {
        return at(tree, key).flatMap(RedfishClient::id);
    }

    /** Where a resource, or what names it, is. */
    static Optional<String> id(Tree tree) {
        return text(tree, "@odata.id");
    }

    /** Of an array; none of anything else. */
    static List<Tree> items(Tree tree) {
        return tree instanceof ArrayTree array ? array.items() : List.of();
    }

    /** The texts in an array. */
    static List<String> texts(Tree tree) {
        return items(tree).stream()
                .filter(item -> item instanceof Scalar s && s.kind() == ScalarKind.STRING)
                .map(item -> ((Scalar) item).text())
                .toList();
    }

    /** An object of texts, keys and values in turn. */
    static Tree object(String... keysAndValues) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            Tree value = new Scalar(ScalarKind.STRING, keysAndValues[i + 1], false, -1, -1);
            entries.add(new Entry(keysAndValues[i], value, -1, -1));
        }
        return new ObjectTree(entries, -1, -1);
    }

    /** Ends the session; controllers have room for few. */
    @Override
    public void close() {
        if (token.isPresent() && session.isPresent()) {
            deadlineNanos = System.nanoTime() + GOODBYE.toNanos();
            try {
                var _ = send("DELETE", session.get(), null);
            } catch (RedfishException unheard) {
                // It ends by itself, after the controller's own time.
                token = Optional.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        http.shutdownNow();
    }
}
