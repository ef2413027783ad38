package io.evenkeel.kernel.machine;

import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * One storage cluster that keeps machines' disks. Safe for use by many threads; whatever changes
 * something may be called twice.
 */
public interface BlockStorage extends AutoCloseable {
    /**
     * Sends a notify with empty payload to each image's header and waits for acknowledgements. An
     * image that does not exist has no watchers.
     *
     * @param timeout of the notify; the call takes at most two seconds more
     */
    CompletableFuture<Reply<SortedMap<Image, List<Watcher>>>> ask(
            List<Image> images, Duration timeout);

    /** Who is listed as having each image open; nobody is asked, so none has acknowledged. */
    CompletableFuture<Reply<SortedMap<Image, List<Watcher>>>> watchers(
            List<Image> images, Duration timeout);

    /**
     * Refuses all that comes from these from now on, and then lists.
     *
     * @param entries addresses of clients as in {@link Watcher#address}, or plain IP addresses: all
     *     clients from there
     * @return which of them are listed as refused, read after all were set
     */
    CompletableFuture<Reply<List<String>>> refuse(
            List<String> entries, Duration expiry, Duration timeout);

    /** Serves these again, and then lists: which of them are still refused. */
    CompletableFuture<Reply<List<String>>> serve(List<String> entries, Duration timeout);

    /**
     * Takes the locks that other clients hold on the images, so that the next start need not wait
     * for them to expire. Only after a fence. An image that does not exist has none.
     *
     * @param refusingOwners whether each of those clients is refused from then on, for a year:
     *     where the fence was of clients one by one, so that one which nobody had seen cannot come
     *     back
     */
    CompletableFuture<Reply<Boolean>> breakLocks(
            List<Image> images, boolean refusingOwners, Duration timeout);

    /**
     * Makes an image, or grows it to its size; one that is there and large enough stays as it is.
     *
     * @return whether it was made now
     */
    CompletableFuture<Reply<Boolean>> make(NewImage image, Duration timeout);

    /**
     * Whether all that comes from this machine is refused, as a whole address is. Asked by reading;
     * after a yes the next question is put over another connection, so that two in a row say more
     * than one.
     *
     * @param pool that may be read
     */
    CompletableFuture<Reply<Boolean>> refusesThisMachine(String pool, Duration timeout);

    /** Ends everything that was begun; calls under way end as unasked. */
    @Override
    void close();
}
