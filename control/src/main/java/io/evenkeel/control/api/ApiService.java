package io.evenkeel.control.api;

import io.evenkeel.control.api.IdempotencyKeys.Claim;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests: routes them, repeats the answers of idempotent ones, and turns every failure
 * into a problem. Thread-safe; an answer may block for as long as the store may.
 */
public final class ApiService {
    private static final Logger LOG = LoggerFactory.getLogger(ApiService.class);

    private final ApiRouter router;
    private final IdempotencyKeys idempotency = new IdempotencyKeys();
    private final ApiCounters counters;

    /** A service over a router. */
    public ApiService(ApiRouter router, ApiCounters counters) {
        this.router = router;
        this.counters = counters;
    }

    /** Answers one request; never throws but when interrupted. */
    public ApiReply answer(ApiRequest request) throws InterruptedException {
        long begun = System.nanoTime();
        ApiReply reply = answerOrProblem(request, begun);
        counters.answered(request.method(), reply.status(), System.nanoTime() - begun);
        return reply;
    }

    private ApiReply answerOrProblem(ApiRequest request, long nowNanos)
            throws InterruptedException {
        Optional<String> key = request.header("Idempotency-Key");
        boolean changes =
                switch (request.method()) {
                    case "POST", "PUT", "DELETE" -> true;
                    default -> false;
                };
        try {
            return key.isPresent() && changes
                    ? answerOnce(request, key.get(), nowNanos)
                    : routed(request);
        } catch (ProblemException e) {
            return e.problem().reply();
        }
    }

    private ApiReply answerOnce(ApiRequest request, String key, long nowNanos)
            throws InterruptedException {
        if (key.isEmpty() || key.length() > 255) {
            throw new ProblemException(
                    ApiProblem.of(
                            ProblemType.BAD_REQUEST,
                            "Idempotency-Key: "
                                    + key.length()
                                    + " characters (expected: 1 to 255, such as a UUID)"));
        }
        String own = request.principal() + ":" + key;
        switch (idempotency.claim(own, fingerprint(request), nowNanos)) {
            case Claim.Answered(ApiReply.Whole reply) -> {
                return reply.with("Idempotency-Replayed", "true");
            }
            case Claim.Running _ ->
                    throw new ProblemException(
                            ApiProblem.of(
                                            ProblemType.IN_PROGRESS,
                                            "Idempotency-Key: '"
                                                    + key
                                                    + "' is being worked on (expected: one request"
                                                    + " at a time); repeat it in a second")
                                    .header("Retry-After", "1"));
            case Claim.Different _ ->
                    throw new ProblemException(
                            ApiProblem.of(
                                    ProblemType.IDEMPOTENCY_MISMATCH,
                                    "Idempotency-Key: '"
                                            + key
                                            + "' came with another request before (expected: a key"
                                            + " of its own for each request)"));
            case Claim.Fresh _ -> {
                return answerFresh(request, own);
            }
        }
    }

    private ApiReply answerFresh(ApiRequest request, String key) throws InterruptedException {
        boolean settled = false;
        try {
            ApiReply reply;
            try {
                reply = routed(request);
            } catch (ProblemException e) {
                reply = e.problem().reply();
            }
            // A failure of ours may pass, so repeating it must not be answered from memory.
            if (reply instanceof ApiReply.Whole whole && whole.status() < 500) {
                idempotency.settle(key, whole);
                settled = true;
            }
            return reply;
        } finally {
            if (!settled) {
                idempotency.forget(key);
            }
        }
    }

    private ApiReply routed(ApiRequest request) throws InterruptedException {
        try {
            return router.answer(request);
        } catch (ProblemException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", request.method(), request.path(), e);
            throw new ProblemException(
                    ApiProblem.of(
                            ProblemType.INTERNAL,
                            "the API failed ("
                                    + e.getClass().getSimpleName()
                                    + "); its log has the reason"));
        }
    }

    private static byte[] fingerprint(ApiRequest request) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            part(digest, request.method());
            part(digest, request.path());
            part(digest, request.query().toString());
            part(digest, request.header("If-Match").orElse(""));
            digest.update(request.body().bytes());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void part(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
        digest.update(bytes);
    }
}
