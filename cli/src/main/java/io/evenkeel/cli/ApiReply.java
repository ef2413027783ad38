package io.evenkeel.cli;

import io.evenkeel.model.tree.Tree;

/**
 * An answer of the API.
 *
 * @param status HTTP status
 * @param body its JSON
 * @param etag the revision in quotes, or empty
 */
record ApiReply(int status, Tree body, String etag) {
    boolean ok() {
        return status >= 200 && status < 300;
    }

    /** What the API says is wrong, with every problem of the body, or the status alone. */
    String problem() {
        StringBuilder text = new StringBuilder();
        String detail = Fields.text(body, "detail");
        String title = Fields.text(body, "title");
        text.append(detail.isEmpty() ? title.isEmpty() ? "refused" : title : detail);
        text.append(" (").append(status).append(')');
        for (Tree problem : Fields.items(body, "problems")) {
            String path = Fields.text(problem, "path");
            String remedy = Fields.text(problem, "remedy");
            text.append("\n  ").append(path).append(path.isEmpty() ? "" : ": ");
            text.append(Fields.text(problem, "seen"));
            text.append(" (expected: ").append(Fields.text(problem, "expected")).append(')');
            text.append(remedy.isEmpty() ? "" : "; " + remedy);
        }
        return text.toString();
    }

    /** The same reply if it is good; {@link FailedException} with what is wrong otherwise. */
    ApiReply orFail(String what) {
        if (ok()) {
            return this;
        }
        throw new FailedException(what + ": " + problem());
    }
}
