package io.evenkeel.kernel.machine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The libvirts of all hosts. Calls to one host do not wait for calls to another. Safe for use by
 * many threads. Whatever changes something may be called twice.
 */
public interface Hypervisor extends AutoCloseable {
    /** Asks for a sign of life; says its version. */
    CompletableFuture<Reply<String>> ping(String uri, Duration timeout);

    /** All machines that it knows, by name. */
    CompletableFuture<Reply<List<Domain>>> domains(String uri, Duration timeout);

    /**
     * Waits until a machine there was started, stopped, moved, or has crashed. The reply is a
     * number to ask with the next time: another one than before says that something has changed, or
     * may have, as when its libvirt was lost meanwhile; the same, that nothing has.
     *
     * @param since the number of the reply before; 0: there was none, and it is replied at once
     * @param most how long to wait for it
     */
    CompletableFuture<Reply<Long>> changed(String uri, long since, Duration most);

    /**
     * Defines the machine (autostart off) and starts it. One that runs under the same token stays
     * as it is; one that runs under a lower token is destroyed first; under a higher one: refused.
     *
     * @param xml libvirt's description of the domain, with the run's token in its metadata
     */
    CompletableFuture<Reply<Domain>> start(String uri, String xml, Duration timeout);

    /** Asks the guest to shut down; done when it has been asked. */
    CompletableFuture<Reply<Boolean>> shutDown(String uri, String name, Duration timeout);

    /** Ends it at once and forgets its definition; done when it is not there (any more). */
    CompletableFuture<Reply<Boolean>> destroy(String uri, String name, Duration timeout);

    /**
     * The same for one run of it: refused if it is there under another token by now.
     *
     * @param run as it was seen
     */
    CompletableFuture<Reply<Boolean>> destroyRun(String uri, Domain run, Duration timeout);

    /**
     * Has the switches between learn where a running machine is: a packet from each of its network
     * cards, some times over. Done when it has been asked for; false if the machine does not run.
     */
    CompletableFuture<Reply<Boolean>> announce(String uri, String name, Duration timeout);

    /**
     * Moves a running machine to another host without a stop; done when it runs there and is
     * forgotten here.
     *
     * @param xml its description at the target; may differ in the token only
     */
    CompletableFuture<Reply<Domain>> migrate(
            String uri, String name, String targetUri, String xml, Duration timeout);

    /** How far a machine's migration from there is. Refused if it is not under way. */
    CompletableFuture<Reply<Moving>> moving(String uri, String name, Duration timeout);

    /**
     * Has a migration from there given up, which then ends as refused: the machine goes on where it
     * was. Done when that has been asked for; refused if none is under way.
     */
    CompletableFuture<Reply<Boolean>> stay(String uri, String name, Duration timeout);

    /**
     * How libvirt would start the machine the next time, in its own format: what was changed for
     * the present run only is not in it. Refused if it knows none of this name.
     */
    CompletableFuture<Reply<String>> describe(String uri, String name, Duration timeout);

    /**
     * Makes a machine that was not started by Evenkeel a run of it: its token into the metadata, of
     * the run that goes on and of the definition, and autostart off. The machine is not stopped,
     * nor defined anew. Refused if it has a higher token, or is another one of this name.
     *
     * @param uuid that it has to have
     * @param token of the run, above 0
     */
    CompletableFuture<Reply<Domain>> mark(
            String uri, String name, String uuid, long token, Duration timeout);

    /** Ends everything that was begun; calls under way end as unasked. */
    @Override
    void close();
}
