package io.evenkeel.wire.link;

import io.evenkeel.wire.json.Json;
import io.evenkeel.wire.json.JsonReader;
import io.evenkeel.wire.json.JsonSyntaxException;
import io.evenkeel.wire.json.JsonWriter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a backend says about one endpoint when it dials a gateway: body of the handshake, and
 * content of {@link LinkMessage.Renew}. An empty string stands for a field that was not given.
 * Requirements A1, A5.
 *
 * @param tenant whose endpoint it is; {@code default} unless said
 * @param service id of the service it serves
 * @param workload uid of the machine, container or process slot; survives its restarts
 * @param endpoint the endpoint's id; {@code WORKLOAD.PORT} unless said
 * @param kind vm, container, physical or process
 * @param mode how requests reach it
 * @param address {@code host:port} where it serves; the host may be empty ({@code :8080}): then it
 *     is the address that the gateway sees the link come from
 * @param incarnation nonce that the process drew when it started
 * @param zone where it runs
 * @param host the machine it runs on
 * @param weight 1 to 256: its share where a policy weighs
 * @param capacity most requests at a time, 0 for the policy's
 * @param version the application's
 * @param checkPath path that the gateway's active check asks for, beginning with {@code /}
 * @param labels at most 64
 * @param credential proves the right to serve; never logged
 * @param capabilities what this backend's link understands beyond version 1; unknown ones are
 *     ignored
 * @param furtherOf this is a further tunnel of the registration that was given this epoch; {@link
 *     #FIRST}: it is not
 */
public record Registration(
        String tenant,
        String service,
        String workload,
        String endpoint,
        Kind kind,
        Mode mode,
        String address,
        String incarnation,
        String zone,
        String host,
        int weight,
        int capacity,
        String version,
        String checkPath,
        Map<String, String> labels,
        String credential,
        List<String> capabilities,
        long furtherOf) {

    /** What the endpoint runs as. */
    public enum Kind {
        VM,
        CONTAINER,
        PHYSICAL,
        PROCESS;

        /** As on the wire. */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** How requests reach the endpoint. */
    public enum Mode {
        /** The gateway connects to {@link Registration#address()}. */
        ADDRESSED,
        /** Requests travel down the link. */
        TUNNELLED;

        /** As on the wire. */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** In the place of an epoch: no {@link #isFurther further} tunnel. */
    public static final long FIRST = -1;

    /** Default of {@link #weight()}. */
    public static final int DEFAULT_WEIGHT = 1;

    // As the model's names, shorter so that ".PORT" still fits.
    private static final Pattern NAME =
            Pattern.compile(
                    "(?=.{1,200}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
                            + "(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*");
    private static final String NAME_RULE =
            "1 to 200 of a-z, 0-9, - and ., each part of at most 63 with a letter or digit at both ends";
    private static final Pattern NONCE = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final String NONCE_RULE = "1 to 64 of A-Z, a-z, 0-9, _, . and -";
    private static final Pattern WORD = Pattern.compile("[\\x21-\\x7e]{0,128}");
    private static final String WORD_RULE = "at most 128 printable ASCII characters, no space";
    private static final Pattern PATH = Pattern.compile("/[\\x21-\\x7e]{0,255}");
    private static final Pattern LABEL_KEY = Pattern.compile("[A-Za-z0-9_./-]{1,128}");
    private static final Pattern LABEL_VALUE = Pattern.compile("[\\x20-\\x7e]{0,256}");
    private static final Pattern ADDRESS =
            Pattern.compile("(?:[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\])?:[0-9]{1,5}");

    public Registration {
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        capabilities = List.copyOf(capabilities);
    }

    /** The endpoint's id: the one given, else workload and port. */
    public String endpointId() {
        if (!endpoint.isEmpty()) {
            return endpoint;
        }
        return address.isEmpty() ? workload : workload + "." + port();
    }

    /** The port in {@link #address()}, 0 if there is no address. */
    public int port() {
        return address.isEmpty()
                ? 0
                : Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /** The same as a further tunnel of the registration that was given this epoch. */
    public Registration further(long epoch) {
        return new Registration(
                tenant,
                service,
                workload,
                endpoint,
                kind,
                mode,
                address,
                incarnation,
                zone,
                host,
                weight,
                capacity,
                version,
                checkPath,
                labels,
                credential,
                capabilities,
                epoch);
    }

    /** Whether it registers no endpoint, but is a further tunnel of one that is registered. */
    public boolean isFurther() {
        return furtherOf != FIRST;
    }

    /** Whether both name the same incarnation of the same endpoint. */
    public boolean sameIncarnation(Registration other) {
        return tenant.equals(other.tenant)
                && service.equals(other.service)
                && endpointId().equals(other.endpointId())
                && incarnation.equals(other.incarnation);
    }

    /** Reads the body of a handshake. */
    public static Parsed<Registration> parse(byte[] body) {
        Json value;
        try {
            value = JsonReader.read(body, LinkProtocol.LIMITS);
        } catch (JsonSyntaxException syntax) {
            return new Parsed.Invalid<>(List.of("registration: " + syntax.getMessage()));
        }
        if (value instanceof Json.Obj object) {
            return parse(new FieldReader(object));
        }
        return new Parsed.Invalid<>(
                List.of("registration: " + value.shape() + " (expected: an object)"));
    }

    static Parsed<Registration> parse(FieldReader in) {
        long protocol = in.integer("v", 1, Integer.MAX_VALUE, LinkProtocol.VERSION);
        if (protocol != LinkProtocol.VERSION) {
            in.problem("v", Long.toString(protocol), "1, the only version this gateway speaks");
        }
        String tenant = in.optional("tenant", NAME, NAME_RULE, "default");
        String service = in.required("service", NAME, NAME_RULE);
        String workload = in.required("workload", NAME, NAME_RULE);
        String endpoint = in.optional("endpoint", NAME, NAME_RULE, "");
        Kind kind = kind(in);
        String address = address(in);
        Mode mode = mode(in, address);
        String incarnation = in.required("incarnation", NONCE, NONCE_RULE);
        FieldReader locality = in.object("locality");
        String zone = locality.optional("zone", WORD, WORD_RULE, "");
        String host = locality.optional("host", WORD, WORD_RULE, "");
        int weight = (int) in.integer("weight", 1, 256, DEFAULT_WEIGHT);
        int capacity = (int) in.integer("capacity", 0, 1_000_000, 0);
        String version = in.optional("version", WORD, WORD_RULE, "");
        String checkPath =
                in.optional(
                        "checkPath",
                        PATH,
                        "a path that begins with /, at most 256 printable ASCII characters",
                        "");
        Map<String, String> labels =
                in.map(
                        "labels",
                        64,
                        LABEL_KEY,
                        LABEL_VALUE,
                        "a name of 1 to 128 of A-Z a-z 0-9 _ . / -, and a string of at most 256 printable ASCII characters");
        String credential = in.secret("credential", 8_192);
        List<String> capabilities = in.list("capabilities", 32, NONCE, NONCE_RULE);
        long furtherOf = in.integer("furtherOf", 0, Long.MAX_VALUE, FIRST);
        if (furtherOf != FIRST && mode != Mode.TUNNELLED) {
            in.problem("furtherOf", Long.toString(furtherOf), "none, as mode is " + mode.text());
        }
        return in.parsed(() ->
                new Registration(
                        tenant,
                        service,
                        workload,
                        endpoint,
                        kind,
                        mode,
                        address,
                        incarnation,
                        zone,
                        host,
                        weight,
                        capacity,
                        version,
                        checkPath,
                        labels,
                        credential,
                        capabilities,
                        furtherOf));
    }

    private static Kind kind(FieldReader in) {
        String text = in.text("kind", 128, "process");
        for (Kind kind : Kind.values()) {
            if (kind.text().equals(text)) {
                return kind;
            }
        }
        in.problem("kind", '"' + text + '"', "vm, container, physical or process");
        return Kind.PROCESS;
    }

    private static Mode mode(FieldReader in, String address) {
        // Tunnelled is what a backend without an address can only mean.
        Mode otherwise = address.isEmpty() ? Mode.TUNNELLED : Mode.ADDRESSED;
        String text = in.text("mode", 128, otherwise.text());
        for (Mode mode : Mode.values()) {
            if (mode.text().equals(text)) {
                if (mode == Mode.ADDRESSED && address.isEmpty() && !in.has("address")) {
                    in.problem("address", "missing", "host:port, as mode is addressed");
                }
                return mode;
            }
        }
        in.problem("mode", '"' + text + '"', "addressed or tunnelled");
        return otherwise;
    }

    private static String address(FieldReader in) {
        String rule = "host:port, [IPv6]:port or :port, with a port from 1 to 65535";
        String address = in.optional("address", ADDRESS, rule, "");
        if (!address.isEmpty()) {
            int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
            if (port < 1 || port > 65_535) {
                in.problem("address", '"' + address + '"', rule);
                return "";
            }
        }
        return address;
    }

    /** As JSON; fields at their default are left out. */
    public byte[] toBytes() {
        JsonWriter out = new JsonWriter();
        write(out);
        return out.toBytes();
    }

    void write(JsonWriter out) {
        out.begin().field("v", LinkProtocol.VERSION);
        text(out, "tenant", tenant.equals("default") ? "" : tenant);
        out.field("service", service).field("workload", workload);
        text(out, "endpoint", endpoint);
        out.field("kind", kind.text()).field("mode", mode.text());
        text(out, "address", address);
        out.field("incarnation", incarnation);
        if (!zone.isEmpty() || !host.isEmpty()) {
            out.name("locality").begin();
            text(out, "zone", zone);
            text(out, "host", host);
            out.end();
        }
        if (weight != DEFAULT_WEIGHT) {
            out.field("weight", weight);
        }
        if (capacity != 0) {
            out.field("capacity", capacity);
        }
        text(out, "version", version);
        text(out, "checkPath", checkPath);
        if (!labels.isEmpty()) {
            out.name("labels").begin();
            labels.forEach(out::field);
            out.end();
        }
        text(out, "credential", credential);
        if (!capabilities.isEmpty()) {
            out.name("capabilities").beginArray();
            capabilities.forEach(out::value);
            out.endArray();
        }
        if (isFurther()) {
            out.field("furtherOf", furtherOf);
        }
        out.end();
    }

    private static void text(JsonWriter out, String name, String text) {
        if (!text.isEmpty()) {
            out.field(name, text);
        }
    }

    @Override
    public String toString() {
        return tenant + "/" + service + "/" + endpointId() + "@" + address + "#" + incarnation;
    }
}
