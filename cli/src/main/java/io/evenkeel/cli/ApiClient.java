package io.evenkeel.cli;

import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.bind.Durations;
import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.JsonReader;
import io.evenkeel.model.tree.JsonWriter;
import io.evenkeel.model.tree.Quoting;
import io.evenkeel.model.tree.ReadLimits;
import io.evenkeel.model.tree.Scalars;
import io.evenkeel.model.tree.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls the API; every call ends within the deadline. Confined to one verb. */
final class ApiClient {
    private static final ReadLimits REPLY = new ReadLimits(64 << 20, 64, 10_000_000);

    private static final String DEFAULT_TENANT = Metadata.DEFAULT_TENANT;

    private final URI api;
    private final Duration deadline;
    private final HttpClient http;

    ApiClient(URI api, Duration deadline) {
        this.api = api;
        this.deadline = deadline;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .connectTimeout(deadline)
                        .build();
    }

    /** {@code /v1/services/shop}. */
    static String path(Kind kind, String name) {
        return "/v1/" + kind.plural() + "/" + encode(name);
    }

    /** As part of a path or query. */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Reads. */
    ApiReply get(String path, String... query) {
        return call("GET", path, query, Optional.empty(), "");
    }

    /**
     * Changes something. A repeated request is answered as the first was, for it carries a key.
     *
     * @param ifMatch the revision the resource must have; 0: it must not exist; -1: any
     */
    ApiReply change(
            String method, String path, Optional<Tree> body, long ifMatch, String... query) {
        return call(method, path, query, body, ifMatch < 0 ? "" : "\"" + ifMatch + "\"");
    }

    private ApiReply call(
            String method, String path, String[] query, Optional<Tree> body, String ifMatch) {
        HttpRequest.Builder request = request(path, query);
        request.method(
                method,
                body.map(tree -> HttpRequest.BodyPublishers.ofByteArray(JsonWriter.bytes(tree)))
                        .orElse(HttpRequest.BodyPublishers.noBody()));
        body.ifPresent(_ -> request.header("Content-Type", "application/json"));
        if (!ifMatch.isEmpty()) {
            request.header("If-Match", ifMatch);
        }
        if (!method.equals("GET")) {
            request.header("Idempotency-Key", UUID.randomUUID().toString());
        }
        String what = method + " " + path;
        CompletableFuture<HttpResponse<byte[]>> call =
                http.sendAsync(request.build(), BodyHandlers.ofByteArray());
        HttpResponse<byte[]> response = await(what, call);
        String etag = response.headers().firstValue("ETag").orElse("");
        return new ApiReply(response.statusCode(), json(what, response), etag);
    }

    /** The lines of a stream, whose head comes within the deadline. Close it. */
    InputStream stream(String path, String... query) {
        String what = "GET " + path;
        HttpRequest request =
                request(path, query).header("Accept", "application/x-ndjson").GET().build();
        HttpResponse<InputStream> response =
                await(what, http.sendAsync(request, BodyHandlers.ofInputStream()));
        if (response.statusCode() == 200) {
            return response.body();
        }
        try (InputStream body = response.body()) {
            byte[] text = body.readNBytes(1 << 20);
            Tree tree = parsed(what, response.statusCode(), text);
            throw new FailedException(
                    what + ": " + new ApiReply(response.statusCode(), tree, "").problem());
        } catch (IOException bad) {
            throw unreachable(what, "the reply broke off");
        }
    }

    private HttpRequest.Builder request(String path, String[] query) {
        StringBuilder uri = new StringBuilder(api.toString().replaceAll("/+$", ""));
        uri.append(path);
        char separator = '?';
        for (int i = 0; i < query.length; i += 2) {
            // The default tenant is the API's default too, and not every path takes one.
            boolean said = query[i].equals("tenant") && query[i + 1].equals(DEFAULT_TENANT);
            if (!query[i + 1].isEmpty() && !said) {
                uri.append(separator).append(query[i]).append('=').append(encode(query[i + 1]));
                separator = '&';
            }
        }
        return HttpRequest.newBuilder(URI.create(uri.toString())).timeout(deadline);
    }

    private <T> HttpResponse<T> await(String what, CompletableFuture<HttpResponse<T>> call) {
        try {
            return call.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            call.cancel(true);
            throw late(what);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            if (cause instanceof HttpTimeoutException) {
                throw late(what);
            }
            boolean refused = cause instanceof ConnectException;
            String message = String.valueOf(cause.getMessage());
            throw unreachable(
                    what, refused ? "the connection was refused" : Quoting.shorten(message, 120));
        } catch (InterruptedException stop) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            throw new FailedException("interrupted");
        }
    }

    private FailedException late(String what) {
        return unreachable(what, "no answer within " + Durations.write(deadline));
    }

    /** What was tried, what happened, and what to do. */
    private FailedException unreachable(String what, String why) {
        return new FailedException(
                "cannot reach the API: "
                        + why
                        + "\n  tried: "
                        + what
                        + " at "
                        + api
                        + "\n  remedy: start one with `evenkeel standalone`, or name another by --api"
                        + " URL or EVENKEEL_API");
    }

    private static Tree json(String what, HttpResponse<byte[]> response) {
        return parsed(what, response.statusCode(), response.body());
    }

    private static Tree parsed(String what, int status, byte[] body) {
        if (body.length == 0) {
            return Fields.object();
        }
        return switch (JsonReader.read(body, REPLY)) {
            case Bound.Good<Tree>(Tree tree) -> tree;
            case Bound.Bad<Tree> _ ->
                    throw new FailedException(
                            what
                                    + ": answered "
                                    + status
                                    + " without JSON; is the address that of the admin API?");
        };
    }

    /** A list with all its pages: the last page's keys, and every item. */
    Tree list(Kind kind, String... query) {
        List<Tree> items = new ArrayList<>();
        String next = "";
        String revision = "";
        do {
            String[] paged = Arrays.copyOf(query, query.length + 4);
            paged[query.length] = "limit";
            paged[query.length + 1] = "1000";
            paged[query.length + 2] = "continue";
            paged[query.length + 3] = next;
            Tree page = get("/v1/" + kind.plural(), paged).orFail("get " + kind.plural()).body();
            items.addAll(Fields.items(page, "items"));
            revision = Fields.text(page, "revision");
            next = Fields.text(page, "continue");
        } while (!next.isEmpty());
        return Fields.object(
                "apiVersion",
                Resource.API_VERSION,
                "kind",
                kind.title() + "List",
                "revision",
                revision.isEmpty() ? Scalars.number(0) : Scalars.plain(revision),
                "items",
                Fields.list(items));
    }
}
