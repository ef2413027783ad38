package io.evenkeel.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection of a client: a mutated request, a good one behind it on the same connection, then
 * the end of what the client sends; and whatever came back.
 *
 * @param sent an octet a character
 * @param answers heads of the answers, one after another
 * @param hung whether the peer neither answered nor ended within the time allowed
 */
record Conversation(String mark, String sent, List<String> answers, boolean hung) {
    private static final int PATIENCE_MILLIS = 15_000;

    /** Talks. */
    static Conversation hold(
            InetSocketAddress to, String mark, byte[] mutated, byte[] good, int cut)
            throws IOException {
        StringBuilder come = new StringBuilder();
        boolean hung = false;
        try (Socket socket = new Socket()) {
            socket.connect(to, PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            try {
                OutputStream out = socket.getOutputStream();
                out.write(mutated, 0, cut);
                out.write(mutated, cut, mutated.length - cut);
                out.write(good);
                socket.shutdownOutput();
            } catch (IOException refused) {
                // What it said before it closed is what counts.
            }
            byte[] buffer = new byte[8192];
            InputStream in = socket.getInputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                come.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketTimeoutException late) {
            hung = true;
        } catch (IOException reset) {
            // As good an end as any.
        }
        String sent = new String(mutated, StandardCharsets.ISO_8859_1);
        return new Conversation(mark, sent, answers(come.toString()), hung);
    }

    /** Cuts what came into heads; bodies are without heads of their own in this test. */
    private static List<String> answers(String come) {
        List<String> heads = new ArrayList<>();
        int at = 0;
        while (at >= 0 && at < come.length()) {
            int from = come.indexOf("HTTP/1.1 ", at);
            int end = from < 0 ? -1 : come.indexOf("\r\n\r\n", from);
            if (end < 0) {
                break;
            }
            if (!come.startsWith("HTTP/1.1 1", from)) {
                heads.add(come.substring(from, end + 2));
            }
            at = end + 4;
        }
        return heads;
    }

    /** The value of a header of an answer, {@code -} without. */
    static String value(String head, String name) {
        int at = head.indexOf("\r\n" + name + ": ");
        return at < 0
                ? "-"
                : head.substring(at + name.length() + 4, head.indexOf("\r\n", at + 2)).strip();
    }
}
