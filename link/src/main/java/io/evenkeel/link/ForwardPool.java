package io.evenkeel.link;

import io.evenkeel.link.tunnel.Backend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Connections to the program that requests are forwarded to, on the driver's thread. The youngest
 * idle one is leased first; one on which anything happens meanwhile is closed.
 */
final class ForwardPool implements Backend {
    /**
     * Connections at a time, idle ones included; beyond it streams are refused. More than a gateway
     * has outstanding at an endpoint unless it is told to, over all its tunnels.
     */
    static final int MOST = 2_000;

    /** Idle ones kept. */
    static final int MOST_IDLE = 64;

    private static final long CONNECT_NANOS = 5_000_000_000L;

    private final LinkDriver driver;
    private final InetSocketAddress address;
    private final ArrayDeque<Socket> idle = new ArrayDeque<>();
    private final ByteBuffer probe = ByteBuffer.allocate(1);
    private int open;

    ForwardPool(LinkDriver driver, InetSocketAddress address) {
        this.driver = driver;
        this.address = address;
    }

    @Override
    public @Nullable Wire lease(Listener listener, boolean fresh) {
        while (!fresh && !idle.isEmpty()) {
            Socket youngest = idle.removeLast();
            probe.clear();
            if (youngest.read(probe) == 0) {
                youngest.leasedBy(listener);
                return youngest;
            }
            youngest.end();
        }
        if (open >= MOST) {
            return null;
        }
        try {
            SocketChannel channel = SocketChannel.open();
            open++;
            return new Socket(channel, listener).begin();
        } catch (IOException noSocket) {
            return null;
        }
    }

    /** Closes what is idle. */
    void close() {
        while (!idle.isEmpty()) {
            idle.removeLast().end();
        }
    }

    private final class Socket extends LinkDriver.Task implements Wire {
        private final SocketChannel channel;
        private @Nullable SelectionKey key;
        private @Nullable Listener lessee;
        private boolean connected;
        private boolean closed;
        private int leases = 1;

        Socket(SocketChannel channel, Listener listener) {
            this.channel = channel;
            this.lessee = listener;
        }

        void leasedBy(Listener listener) {
            lessee = listener;
            leases++;
        }

        @Nullable Socket begin() {
            try {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                boolean done = channel.connect(address);
                key = channel.register(driver.selector(), SelectionKey.OP_CONNECT, this);
                if (done) {
                    driver.execute(this::stands);
                } else {
                    driver.wake(this, System.nanoTime() + CONNECT_NANOS);
                }
                return this;
            } catch (IOException | UnresolvedAddressException refused) {
                end();
                return null;
            }
        }

        private void stands() {
            Listener listener = lessee;
            if (closed || connected || listener == null) {
                return;
            }
            connected = true;
            driver.wake(this, Long.MAX_VALUE);
            interest(0);
            listener.connected();
        }

        private void refused() {
            Listener listener = lessee;
            end();
            if (listener != null) {
                listener.refused();
            }
        }

        @Override
        void ready(SelectionKey selected) {
            if (!selected.isValid()) {
                return;
            }
            if (!connected) {
                try {
                    if (channel.finishConnect()) {
                        stands();
                    }
                } catch (IOException failed) {
                    refused();
                }
                return;
            }
            int what = selected.readyOps();
            int lease = leases;
            Listener listener = lessee;
            if (listener == null) {
                idle.remove(this);
                end();
                return;
            }
            if ((what & SelectionKey.OP_WRITE) != 0) {
                listener.writable();
            }
            // The first event may have ended the lease, and even begun another.
            if ((what & SelectionKey.OP_READ) != 0 && leases == lease) {
                listener.readable();
            }
        }

        @Override
        void time(long now) {
            if (!connected && !closed) {
                refused();
            }
        }

        @Override
        public int read(ByteBuffer into) {
            try {
                return channel.read(into);
            } catch (IOException broken) {
                return ENDED;
            }
        }

        @Override
        public int write(ByteBuffer from) {
            try {
                return channel.write(from);
            } catch (IOException broken) {
                return ENDED;
            }
        }

        @Override
        public void wants(boolean readable, boolean writable) {
            interest(
                    (readable ? SelectionKey.OP_READ : 0) | (writable ? SelectionKey.OP_WRITE : 0));
        }

        private void interest(int operations) {
            SelectionKey registered = key;
            if (registered != null && registered.isValid()) {
                registered.interestOps(operations);
            }
        }

        @Override
        public boolean reused() {
            return leases > 1;
        }

        @Override
        public void giveBack() {
            lessee = null;
            leases++;
            idle.addLast(this);
            interest(SelectionKey.OP_READ);
            if (idle.size() > MOST_IDLE) {
                idle.removeFirst().end();
            }
        }

        @Override
        public void discard(boolean abruptly) {
            if (abruptly && connected) {
                try {
                    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                } catch (IOException alreadyBroken) {
                    // Then there is nobody to be told.
                }
            }
            end();
        }

        private void end() {
            if (closed) {
                return;
            }
            closed = true;
            open--;
            lessee = null;
            driver.wake(this, Long.MAX_VALUE);
            try {
                channel.close();
            } catch (IOException ignored) {
                // It is closed as far as anybody here can tell.
            }
        }
    }
}
