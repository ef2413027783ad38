package io.evenkeel.gateway.check;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.kernel.health.CheckSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One probe: connects, and for HTTP asks for the path and reads the status line, no more. The time
 * limit is the check loop's.
 */
final class Probe implements ConnectionHandler {
    /** {@code HTTP/1.1 200}. */
    private static final int STATUS_LINE = 12;

    private final HealthChecker checker;
    private final CheckTarget target;
    private final CheckSettings how;
    private final long token;
    private final byte[] line = new byte[STATUS_LINE];
    private ByteBuffer unsent = ByteBuffer.allocate(0);
    private int lineBytes;
    private @Nullable Connection connection;

    Probe(HealthChecker checker, CheckTarget target, CheckSettings how, long token) {
        this.checker = checker;
        this.target = target;
        this.how = how;
        this.token = token;
    }

    void begin(Connection connecting) {
        connection = connecting;
    }

    void close() {
        if (connection != null) {
            connection.close();
        }
    }

    @Override
    public void onConnected() {
        if (how.type() == CheckSettings.Type.TCP) {
            end(true, "connected");
            return;
        }
        String request =
                "GET "
                        + how.path()
                        + " HTTP/1.1\r\nHost: "
                        + target.host()
                        + "\r\nUser-Agent: evenkeel-check\r\nConnection: close\r\n\r\n";
        unsent = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
        onWritable();
    }

    @Override
    public void onWritable() {
        Connection to = connection;
        if (to != null && unsent.hasRemaining() && to.write(unsent) == Connection.FAILED) {
            end(false, "could not send the request");
        }
    }

    @Override
    public void onReadable() {
        Connection from = connection;
        if (from == null) {
            return;
        }
        ByteBuffer in = checker.buffer;
        while (lineBytes < STATUS_LINE) {
            in.clear();
            int n = from.read(in);
            if (n == Connection.AGAIN) {
                return;
            }
            if (n < 0) {
                end(false, "closed without an answer");
                return;
            }
            int taken = Math.min(n, STATUS_LINE - lineBytes);
            in.get(0, line, lineBytes, taken);
            lineBytes += taken;
        }
        judge();
    }

    private void judge() {
        String text = new String(line, StandardCharsets.ISO_8859_1);
        int status = 0;
        for (int i = STATUS_LINE - 3; i < STATUS_LINE; i++) {
            int digit = text.charAt(i) - '0';
            status = digit < 0 || digit > 9 ? -1000 : status * 10 + digit;
        }
        if (!text.startsWith("HTTP/1.") || text.charAt(8) != ' ' || status < 100) {
            end(false, "the answer is no HTTP");
        } else {
            end(target.statuses().contains(status), "status " + status);
        }
    }

    @Override
    public void onFailed() {
        end(false, connection == null ? "failed" : String.valueOf(connection.failure()));
    }

    private void end(boolean passed, String detail) {
        close();
        checker.result(target.id(), token, passed, detail);
    }
}
