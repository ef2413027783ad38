package io.evenkeel.wire.link;

import io.evenkeel.wire.json.Json;
import io.evenkeel.wire.json.JsonReader;
import io.evenkeel.wire.json.JsonSyntaxException;
import io.evenkeel.wire.json.JsonWriter;
import java.util.List;
import java.util.regex.Pattern;

/** Reads and writes the lines of the link protocol. Stateless; safe for any thread. */
public final class LinkCodec {
    /** Longest deadline of a drain: a day. */
    public static final long LONGEST_DRAIN_MILLIS = 86_400_000;

    private static final int TEXT = 1_024;
    private static final Pattern TYPE = Pattern.compile("[a-z][a-zA-Z-]{0,31}");
    private static final Pattern CODE = Pattern.compile("[a-z][a-z-]{0,63}");
    private static final Pattern NAME = Pattern.compile("[\\x21-\\x7e]{1,253}");
    private static final String NAME_RULE = "1 to 253 printable ASCII characters, no space";

    private LinkCodec() {}

    /**
     * Reads one line.
     *
     * @param line the line without its line feed
     */
    public static Parsed<LinkMessage> parse(byte[] line) {
        Json value;
        try {
            value = JsonReader.read(line, LinkProtocol.LIMITS);
        } catch (JsonSyntaxException syntax) {
            return new Parsed.Invalid<>(List.of("line: " + syntax.getMessage()));
        }
        if (value instanceof Json.Obj object) {
            return parse(new FieldReader(object));
        }
        return new Parsed.Invalid<>(List.of("line: " + value.shape() + " (expected: an object)"));
    }

    private static Parsed<LinkMessage> parse(FieldReader in) {
        String type = in.required("type", TYPE, "the name of a message");
        return switch (type) {
            case "" -> new Parsed.Invalid<>(in.problems());
            case "registered" -> registered(in);
            case "report" -> report(in);
            case "ping" -> {
                long n = in.integer("n", 0, Long.MAX_VALUE, 0);
                yield in.parsed(() -> new LinkMessage.Ping(n));
            }
            case "pong" -> {
                long n = in.integer("n", 0, Long.MAX_VALUE, 0);
                yield in.parsed(() -> new LinkMessage.Pong(n));
            }
            case "peers" -> {
                List<String> peers = peers(in);
                yield in.parsed(() -> new LinkMessage.Peers(peers));
            }
            case "drain" -> {
                long deadline = in.integer("deadlineMillis", 0, LONGEST_DRAIN_MILLIS, 30_000);
                String reason = in.text("reason", TEXT, "");
                boolean cancel = in.bool("cancel", false);
                yield in.parsed(() -> new LinkMessage.Drain(deadline, reason, cancel));
            }
            case "drained" -> {
                long outstanding = in.integer("outstanding", 0, 1_000_000_000, 0);
                boolean operator = in.bool("operator", false);
                yield in.parsed(() -> new LinkMessage.Drained(outstanding, operator));
            }
            case "renew" -> renew(in);
            case "leave" -> {
                String reason = in.text("reason", TEXT, "");
                yield in.parsed(() -> new LinkMessage.Leave(reason));
            }
            case "error" -> {
                String code = in.required("code", CODE, "1 to 64 of a-z and -");
                String detail = in.text("detail", 8 * TEXT, "");
                long retry = in.integer("retryAfterMillis", -1, LONGEST_DRAIN_MILLIS, 0);
                yield in.parsed(() -> new LinkMessage.Failure(code, detail, retry));
            }
            default -> new Parsed.Valid<>(new LinkMessage.Unknown(type));
        };
    }

    private static Parsed<LinkMessage> registered(FieldReader in) {
        String endpoint = in.required("endpoint", NAME, NAME_RULE);
        long epoch = in.integer("epoch", 0, Long.MAX_VALUE, 0);
        String gateway = in.text("gateway", 253, "");
        long beat = in.integer("heartbeatMillis", 10, 60_000, LinkProtocol.HEARTBEAT_MILLIS);
        // Derived from the beat unless said, so that one setting moves both.
        long missed = in.integer("missedMillis", 20, 600_000, beat * 5 / 2);
        if (missed <= beat) {
            in.problem(
                    "missedMillis",
                    Long.toString(missed),
                    "more than heartbeatMillis, which is " + beat);
        }
        List<String> peers = peers(in);
        int tunnels = (int) in.integer("tunnels", 1, 256, 1);
        return in.parsed(() ->
                new LinkMessage.Registered(
                        endpoint, epoch, gateway, (int) beat, (int) missed, peers, tunnels));
    }

    private static Parsed<LinkMessage> report(FieldReader in) {
        long inFlight = in.integer("inFlight", 0, 1_000_000_000, LinkMessage.Report.UNKNOWN);
        long sessions = in.integer("sessions", 0, 1_000_000_000, LinkMessage.Report.UNKNOWN);
        double cpu = in.real("cpuPercent", 0, 100, LinkMessage.Report.UNKNOWN);
        long latency = in.integer("latencyMicros", 0, 86_400_000_000L, LinkMessage.Report.UNKNOWN);
        return in.parsed(() -> new LinkMessage.Report(inFlight, sessions, cpu, latency));
    }

    private static Parsed<LinkMessage> renew(FieldReader in) {
        if (!in.has("registration")) {
            in.problem("registration", "missing", "an object");
            return new Parsed.Invalid<>(in.problems());
        }
        Parsed<Registration> registration = Registration.parse(in.object("registration"));
        if (registration instanceof Parsed.Valid<Registration> valid) {
            return new Parsed.Valid<>(new LinkMessage.Renew(valid.value()));
        }
        return new Parsed.Invalid<>(in.problems());
    }

    private static List<String> peers(FieldReader in) {
        return in.list("peers", 256, NAME, NAME_RULE);
    }

    /** The message as one line, line feed included. */
    public static byte[] line(LinkMessage message) {
        JsonWriter out = new JsonWriter().begin().field("type", message.type());
        if (message instanceof LinkMessage.Registered m) {
            out.field("endpoint", m.endpoint()).field("epoch", m.epoch());
            text(out, "gateway", m.gateway());
            out.field("heartbeatMillis", m.heartbeatMillis());
            out.field("missedMillis", m.missedMillis());
            peers(out, m.peers());
            if (m.tunnels() != 1) {
                out.field("tunnels", m.tunnels());
            }
        } else if (message instanceof LinkMessage.Report m) {
            known(out, "inFlight", m.inFlight());
            known(out, "sessions", m.sessions());
            if (m.cpuPercent() >= 0) {
                out.name("cpuPercent").value(m.cpuPercent());
            }
            known(out, "latencyMicros", m.latencyMicros());
        } else if (message instanceof LinkMessage.Ping m) {
            out.field("n", m.n());
        } else if (message instanceof LinkMessage.Pong m) {
            out.field("n", m.n());
        } else if (message instanceof LinkMessage.Peers m) {
            peers(out, m.peers());
        } else if (message instanceof LinkMessage.Drain m) {
            if (m.cancel()) {
                out.name("cancel").value(true);
            } else {
                out.field("deadlineMillis", m.deadlineMillis());
            }
            text(out, "reason", m.reason());
        } else if (message instanceof LinkMessage.Drained m) {
            out.field("outstanding", m.outstanding());
            if (m.operator()) {
                out.name("operator").value(true);
            }
        } else if (message instanceof LinkMessage.Renew m) {
            m.registration().write(out.name("registration"));
        } else if (message instanceof LinkMessage.Leave m) {
            text(out, "reason", m.reason());
        } else if (message instanceof LinkMessage.Failure m) {
            out.field("code", m.code());
            text(out, "detail", m.detail());
            if (m.retryAfterMillis() != 0) {
                out.field("retryAfterMillis", m.retryAfterMillis());
            }
        }
        return out.end().toLine();
    }

    private static void peers(JsonWriter out, List<String> peers) {
        out.name("peers").beginArray();
        peers.forEach(out::value);
        out.endArray();
    }

    private static void text(JsonWriter out, String name, String text) {
        if (!text.isEmpty()) {
            out.field(name, text);
        }
    }

    private static void known(JsonWriter out, String name, long figure) {
        if (figure >= 0) {
            out.field(name, figure);
        }
    }
}
