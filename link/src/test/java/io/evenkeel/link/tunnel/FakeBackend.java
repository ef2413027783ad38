package io.evenkeel.link.tunnel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A program behind a tunnel that a test speaks for, octet for octet. */
final class FakeBackend implements Backend {
    final List<Socket> made = new ArrayList<>();
    final Deque<Socket> idle = new ArrayDeque<>();

    /** Whether a connection can be made. */
    boolean accepting = true;

    @Override
    public @Nullable Wire lease(Listener listener, boolean fresh) {
        if (!fresh && !idle.isEmpty()) {
            Socket again = idle.removeLast();
            again.owner = listener;
            again.served = true;
            return again;
        } else if (!accepting) {
            return null;
        }
        Socket socket = new Socket(listener);
        made.add(socket);
        return socket;
    }

    /** The connection that was made last. */
    Socket last() {
        return made.get(made.size() - 1);
    }

    final class Socket implements Wire {
        Listener owner;
        boolean served;
        boolean readable;
        boolean writable;
        int window = Integer.MAX_VALUE;
        boolean broken;
        boolean ended;
        String fate = "open";
        private final StringBuilder got = new StringBuilder();
        private final StringBuilder says = new StringBuilder();

        Socket(Listener owner) {
            this.owner = owner;
        }

        /** What came since the last call. */
        String got() {
            String text = got.toString();
            got.setLength(0);
            return text;
        }

        void says(String text) {
            says.append(text);
            offer();
        }

        void ends() {
            ended = true;
            offer();
        }

        /** Calls the owner as long as he wants to read and there is something. */
        void offer() {
            while (readable && fate.equals("open") && (says.length() > 0 || ended)) {
                owner.readable();
                if (says.length() == 0 && ended && readable) {
                    owner.readable();
                    return;
                }
            }
        }

        @Override
        public int read(ByteBuffer into) {
            if (says.length() == 0) {
                return ended ? ENDED : 0;
            }
            int count = Math.min(into.remaining(), says.length());
            into.put(says.substring(0, count).getBytes(StandardCharsets.ISO_8859_1));
            says.delete(0, count);
            return count;
        }

        @Override
        public int write(ByteBuffer from) {
            if (broken) {
                return ENDED;
            }
            int count = Math.min(window, from.remaining());
            byte[] octets = new byte[count];
            from.get(octets);
            got.append(new String(octets, StandardCharsets.ISO_8859_1));
            window -= count;
            return count;
        }

        @Override
        public void wants(boolean wantsReadable, boolean wantsWritable) {
            readable = wantsReadable;
            writable = wantsWritable;
        }

        @Override
        public boolean reused() {
            return served;
        }

        @Override
        public void giveBack() {
            idle.addLast(this);
        }

        @Override
        public void discard(boolean abruptly) {
            fate = abruptly ? "reset" : "closed";
        }
    }
}
