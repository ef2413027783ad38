package io.evenkeel.control.api.javalin;

import io.evenkeel.control.api.ApiBody;
import io.evenkeel.control.api.ApiListen;
import io.evenkeel.control.api.ApiProblem;
import io.evenkeel.control.api.ApiReply;
import io.evenkeel.control.api.ApiRequest;
import io.evenkeel.control.api.ApiService;
import io.evenkeel.control.api.LocalCaller;
import io.evenkeel.control.api.ProblemException;
import io.evenkeel.control.api.ProblemType;
import io.evenkeel.control.api.QueryString;
import io.evenkeel.kernel.permission.Principal;
import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Turns one exchange of the HTTP library into our request and our reply into its. */
final class RequestExchange {
    private final ApiListen listen;
    private final ApiService service;

    RequestExchange(ApiListen listen, ApiService service) {
        this.listen = listen;
        this.service = service;
    }

    void answer(Context context) throws IOException {
        HttpServletResponse response = context.res();
        ApiReply reply;
        try {
            ApiRequest request = read(context.req());
            reply = service.answer(request);
        } catch (ProblemException e) {
            reply = e.problem().reply();
        } catch (InterruptedException e) {
            // The server stops; whoever asks is told so and can ask the next one.
            reply =
                    ApiProblem.of(
                                    ProblemType.STORE_UNAVAILABLE,
                                    "the API is stopping (expected: running); ask again")
                            .reply();
        }
        response.setStatus(reply.status());
        response.setContentType(reply.contentType());
        for (ApiReply.HeaderLine line : reply.headers()) {
            response.addHeader(line.name(), line.value());
        }
        switch (reply) {
            case ApiReply.Whole whole -> {
                response.setContentLength(whole.body().size());
                response.getOutputStream().write(whole.body().bytes());
            }
            case ApiReply.Lines lines -> feed(response, lines);
        }
    }

    /** Javalin's own stream ignores flush, so lines go to the servlet's. */
    private static void feed(HttpServletResponse response, ApiReply.Lines lines)
            throws IOException {
        ServletOutputStream out = response.getOutputStream();
        try {
            lines.feed()
                    .run(line -> {
                        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                        out.flush();
                    });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ApiRequest read(HttpServletRequest request) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.put(
                    name.toLowerCase(Locale.ROOT),
                    String.join(", ", Collections.list(request.getHeaders(name))));
        }
        Optional<ApiProblem> refusal =
                LocalCaller.refusal(
                        InetAddress.getByName(request.getRemoteAddr()),
                        headers.get("host"),
                        headers.get("origin"));
        if (refusal.isPresent()) {
            throw new ProblemException(refusal.get());
        }
        ApiBody body = body(request);
        return new ApiRequest(
                request.getMethod(),
                QueryString.path(request.getRequestURI()),
                Map.of(),
                QueryString.parse(request.getQueryString()),
                headers,
                body,
                Principal.LOCAL);
    }

    private ApiBody body(HttpServletRequest request) throws IOException {
        if (request.getContentLengthLong() > listen.bodyBytes()) {
            throw tooLarge(Long.toString(request.getContentLengthLong()));
        }
        long begun = System.nanoTime();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] part = new byte[8 << 10];
        InputStream in = request.getInputStream();
        while (true) {
            int count;
            try {
                count = in.read(part);
            } catch (IOException e) {
                throw late(body.size());
            }
            if (count < 0) {
                return ApiBody.of(body.toByteArray());
            }
            body.write(part, 0, count);
            if (body.size() > listen.bodyBytes()) {
                throw tooLarge("more than " + listen.bodyBytes());
            }
            if (System.nanoTime() - begun > listen.requestTimeout().toNanos()) {
                throw late(body.size());
            }
        }
    }

    private ProblemException tooLarge(String seen) {
        return new ProblemException(
                ApiProblem.of(
                        ProblemType.TOO_LARGE,
                        "body: "
                                + seen
                                + " bytes (expected: at most "
                                + listen.bodyBytes()
                                + "); send the resources in several requests"));
    }

    private ProblemException late(int seen) {
        return new ProblemException(
                ApiProblem.of(
                                ProblemType.REQUEST_TIMEOUT,
                                "body: incomplete after "
                                        + seen
                                        + " bytes (expected: whole within "
                                        + listen.requestTimeout().toSeconds()
                                        + " s, and never silent for "
                                        + listen.idleTimeout().toSeconds()
                                        + " s)")
                        .header("Connection", "close"));
    }
}
