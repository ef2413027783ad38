package io.evenkeel.app.demo;

import io.evenkeel.wire.json.Json;
import io.evenkeel.wire.json.JsonLimits;
import io.evenkeel.wire.json.JsonReader;
import io.evenkeel.wire.json.JsonSyntaxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value of an answer of the API, read by somebody who knows its shape: what is missing is an
 * error that says so.
 */
public record Answer(Json json) {
    private static final JsonLimits LIMITS = new JsonLimits(64 << 20, 64, 10_000_000);

    /** Reads an answer's body. */
    public static Answer read(String body) throws IOException {
        try {
            return new Answer(JsonReader.read(body.getBytes(StandardCharsets.UTF_8), LIMITS));
        } catch (JsonSyntaxException broken) {
            throw new IOException("not JSON: " + body, broken);
        }
    }

    /** Whether an object has this field. */
    public boolean has(String field) {
        return json instanceof Json.Obj object && object.field(field) != null;
    }

    /** A field of an object. */
    public Answer at(String field) {
        @Nullable Json value = json instanceof Json.Obj object ? object.field(field) : null;
        if (value == null) {
            throw new IllegalStateException("no field '" + field + "' in " + json.text());
        }
        return new Answer(value);
    }

    /** The items of a list. */
    public List<Answer> items() {
        if (json instanceof Json.Array array) {
            return array.items().stream().map(Answer::new).toList();
        }
        throw new IllegalStateException("not a list: " + json.text());
    }

    /** A text. */
    public String text() {
        return json instanceof Json.Text text ? text.value() : json.text();
    }

    /** A whole number. */
    public long number() {
        if (json instanceof Json.Numeral numeral && numeral.integer().isPresent()) {
            return numeral.integer().getAsLong();
        }
        throw new IllegalStateException("not a whole number: " + json.text());
    }
}
