package io.evenkeel.app.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** The API as the demo, tests and benchmarks use it. Thread-safe; every call has a deadline. */
public final class ApiClient implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final HttpClient http;
    private final String base;

    /** A client of the API at {@code host:port}. */
    public ApiClient(String address) {
        this(address, Executors.newVirtualThreadPerTaskExecutor());
    }

    /** The same with its calls made by these threads, for an API that others don't reach. */
    public ApiClient(String address, Executor callers) {
        this.http = HttpClient.newBuilder().connectTimeout(DEADLINE).executor(callers).build();
        this.base = "http://" + address;
    }

    /** Sends; returns the whole answer, whatever its status. The body is YAML or JSON. */
    public HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        return send(method, path, body, DEADLINE);
    }

    /** The same with a deadline of its own and further headers: name, value, name, value. */
    public HttpResponse<String> send(
            String method, String path, String body, Duration deadline, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .timeout(deadline)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .header("Content-Type", "application/yaml");
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            // Not by this thread, which may be elsewhere: by one of the callers.
            return http.sendAsync(request.build(), BodyHandlers.ofString()).get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException unanswered
                    ? unanswered
                    : new IOException(failed.getCause());
        }
    }

    /** Reads; anything but 200 is an error. */
    public Answer read(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = send("GET", path, "");
        if (answer.statusCode() != 200) {
            throw new IOException("GET " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return Answer.read(answer.body());
    }

    /** All items of a kind, page by page. */
    public List<Answer> list(String kind) throws IOException, InterruptedException {
        List<Answer> items = new ArrayList<>();
        String next = "";
        do {
            Answer page = read("/v1/" + kind + "?limit=500" + next);
            items.addAll(page.at("items").items());
            next = page.has("continue") ? "&continue=" + page.at("continue").text() : "";
        } while (!next.isEmpty());
        return items;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
