package io.evenkeel.gateway.net;

import java.net.InetSocketAddress;

/**
 * One event loop: a single thread with the listeners, connections and timers it owns.
 *
 * <p>Everything except {@link #execute} and {@link #stats} may be called on the loop's own thread
 * only (or before the loop is started). A handler runs to its end before another one is called.
 */
public interface NetLoop {
    /**
     * The loop's clock in nanoseconds: monotonic, read once per turn, with an arbitrary origin
     * shared by all loops of a process. Cheap enough for every request.
     */
    long nanos();

    /**
     * The time during which this loop attended to its connections, in nanoseconds. It advances like
     * {@link #nanos} except while the loop was kept from running (SIGSTOP, a starved machine, a
     * long pause of the JVM): such a gap counts as {@link LoopStats#PUNCTUAL_NANOS} at most. Judge
     * the silence of others by this clock, so that nobody is blamed for our own lateness.
     */
    long attendedNanos();

    /**
     * Accepts connections at an address; port 0 takes any free one. The connections accepted stay
     * on this loop.
     */
    ListenResult listen(InetSocketAddress address, ListenOptions options, Acceptor acceptor);

    /**
     * Begins to connect. The handler is called later, never before this method returns: {@link
     * ConnectionHandler#onConnected} or {@link ConnectionHandler#onFailed}. There is no time limit
     * but the network's own; the caller arms a timer and closes.
     */
    Connection connect(InetSocketAddress address, ConnectionHandler handler);

    /**
     * Hands a connection that stands over to another loop of this process. From now on it is closed
     * as far as this loop goes, without a word to the peer. There the acceptor gets it as if that
     * loop had accepted it: whatever arrived and was not read is read there, in order. What its
     * owner has read already, or has still to write, is the owner's to take along. If the other
     * loop cannot watch it, the handler there hears {@link ConnectionHandler#onFailed}; if that
     * loop ends first, the connection is closed.
     *
     * @param acceptor called on the other loop's thread
     * @return false if it stays as it is, on this loop: it does not stand, or the other loop is of
     *     another kind, takes no task, or is this one
     */
    boolean move(Connection connection, NetLoop to, Acceptor acceptor);

    /**
     * Runs a task on the loop's thread, in the order of the calls of one caller. May be called by
     * any thread.
     *
     * @return false if the queue is full or the loop has ended: the task will not run
     */
    boolean execute(Runnable task);

    /**
     * Arms a timer, or moves it. It fires once, at the deadline or up to {@link
     * TimerWheel#TICK_NANOS} and the length of a turn later. To move a deadline further away is
     * free of cost.
     */
    void schedule(Timer timer, long deadlineNanos);

    /** Disarms a timer; no effect on one that isn't armed. */
    void cancel(Timer timer);

    /**
     * Registers work done once at the end of every turn, before the loop waits: flushing of
     * batches.
     */
    void atTurnEnd(Runnable work);

    /** Counters of this loop; may be read by any thread. */
    LoopStats stats();
}
