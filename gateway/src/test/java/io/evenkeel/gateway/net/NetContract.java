package io.evenkeel.gateway.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;

/**
 * What every transport has to keep of the port's promises. A subclass gives the loop and a way to
 * wait; the groups do everything else.
 */
public abstract class NetContract {
    /** A transport under test. */
    public interface Net extends AutoCloseable {
        /** The loop. */
        NetLoop loop();

        /** An address to listen on whose port is any free one. */
        InetSocketAddress anyAddress();

        /** Does this on the loop's thread and returns what it returns. */
        <T> T on(Supplier<T> work);

        /** Lets the network run until this, asked on the loop's thread, holds; fails after 10 s. */
        void await(String what, BooleanSupplier condition);

        /** Lets the network run until nothing more is about to happen. */
        void settle();

        @Override
        void close();
    }

    /** A transport with nothing on it. */
    protected abstract Net open();

    /** A loopback address with port 0. */
    protected static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Nested
    final class Standing extends StandingContract {
        @Override
        Net open() {
            return NetContract.this.open();
        }
    }

    @Nested
    final class Bytes extends BytesContract {
        @Override
        Net open() {
            return NetContract.this.open();
        }
    }

    @Nested
    final class Ends extends EndsContract {
        @Override
        Net open() {
            return NetContract.this.open();
        }
    }

    @Nested
    final class Turns extends TurnsContract {
        @Override
        Net open() {
            return NetContract.this.open();
        }
    }
}
