package io.evenkeel.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes connections on, in order of their coming, and cuts one when told to. */
final class Relay implements AutoCloseable {
    private record Way(Socket from, Socket to) {
        void cut() {
            for (Socket end : List.of(from, to)) {
                try {
                    end.setSoLinger(true, 0);
                    end.close();
                } catch (IOException gone) {
                    // Then it is cut already.
                }
            }
        }
    }

    private final ServerSocket server;
    private final InetSocketAddress behind;
    private final int most;
    private final List<Way> ways = new CopyOnWriteArrayList<>();

    /** To the link port of a gateway. */
    static Relay toLinks(Site site, int most) {
        String[] link = site.address("link").split(":", -1);
        return new Relay(new InetSocketAddress(link[0], Integer.parseInt(link[1])), most);
    }

    /**
     * To this address.
     *
     * @param most connections at a time; further ones are closed at once
     */
    private Relay(InetSocketAddress behind, int most) {
        this.behind = behind;
        this.most = most;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** Connections that stand. */
    int standing() {
        return ways.size();
    }

    /** Cuts the one of those standing that came at this place, by RST in both directions. */
    void cut(int place) {
        ways.get(place).cut();
    }

    private void accept() {
        while (true) {
            try {
                Socket from = server.accept();
                if (ways.size() >= most) {
                    from.close();
                    continue;
                }
                Socket to = new Socket(behind.getAddress(), behind.getPort());
                from.setTcpNoDelay(true);
                to.setTcpNoDelay(true);
                Way way = new Way(from, to);
                ways.add(way);
                Thread.ofVirtual().start(() -> pass(way, from, to));
                Thread.ofVirtual().start(() -> pass(way, to, from));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void pass(Way way, Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException broken) {
            way.cut();
        }
        // One end is enough for what is told here: nothing uses half of one.
        ways.remove(way);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ways.forEach(Way::cut);
    }
}
