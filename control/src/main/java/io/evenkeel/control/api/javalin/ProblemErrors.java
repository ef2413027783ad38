package io.evenkeel.control.api.javalin;

import io.evenkeel.control.api.ApiProblem;
import io.evenkeel.control.api.ApiReply;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Words what Jetty itself refuses (a malformed head, too large a head) as problem JSON too. */
final class ProblemErrors extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        Object said = request.getAttribute(ERROR_MESSAGE);
        String reason = said == null ? HttpStatus.getMessage(status) : said.toString();
        ApiReply.Whole reply = ApiProblem.http(status, detail(status, reason)).reply();
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, reply.contentType());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, reply.body().size());
        response.write(true, ByteBuffer.wrap(reply.body().bytes()), callback);
        return true;
    }

    private static String detail(int status, String reason) {
        return status >= 500
                ? "the API failed to answer (" + reason + "); its log has the reason"
                : "request head: " + reason + " (expected: HTTP/1.1 as RFC 9112 has it)";
    }
}
