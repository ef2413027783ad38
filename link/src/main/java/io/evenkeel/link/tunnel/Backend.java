package io.evenkeel.link.tunnel;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The program that requests are passed on to, as a stock of connections. Of one thread. */
public interface Backend {

    /**
     * A connection for one request: an idle one that still stands, else one being made.
     *
     * @param fresh never an idle one
     * @return null if there are as many as there may be, or none can be made
     */
    @Nullable Wire lease(Listener listener, boolean fresh);

    /**
     * One connection. Its owner ends the lease by exactly one of {@link #giveBack} and {@link
     * #discard}; no event comes afterwards.
     */
    interface Wire {
        /** What {@link #read} and {@link #write} return when the connection is over. */
        int ENDED = -1;

        /** Reads what there is; 0: nothing now, {@link #ENDED}: the end, or broken. */
        int read(ByteBuffer into);

        /** Writes what is taken; 0: nothing now, {@link #ENDED}: broken. */
        int write(ByteBuffer from);

        /** Which events are wanted from now on; neither at first. */
        void wants(boolean readable, boolean writable);

        /** Whether it served a request before, and so stands. */
        boolean reused();

        /** It may serve another request. */
        void giveBack();

        /** It is over; {@code abruptly}: by RST, so that the program notices at once. */
        void discard(boolean abruptly);
    }

    /** What the owner of a connection is told, never from within a call of his. */
    interface Listener {
        /** It stands now; not for one that was {@link Wire#reused}. */
        void connected();

        /** It could not be made. */
        void refused();

        /** There is something to read, maybe the end. */
        void readable();

        /** There is room again. */
        void writable();
    }
}
