package io.evenkeel.host;

import static io.evenkeel.host.driver.Fields.number;
import static io.evenkeel.host.driver.Fields.object;
import static io.evenkeel.host.driver.Fields.text;

import io.evenkeel.host.driver.Fields;
import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.machine.Moving;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.model.tree.Tree;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * Hosts' libvirts, each through two driver processes of its own: one that looks and one that
 * changes, so that a look that is not answered does not take a migration with it.
 *
 * <p>What its replies mean, beyond the port: <em>refused</em> to a ping, that the host refuses the
 * connection: its kernel lives, its libvirt does not.
 */
public final class LibvirtHypervisor implements Hypervisor {
    /** Beyond the time that a call is to wait by itself: longer than a host takes to be gone. */
    private static final Duration ANSWERS = Duration.ofSeconds(10);

    private final Drivers drivers;

    /**
     * Nothing is started yet.
     *
     * @param command that starts a driver of libvirt
     */
    public LibvirtHypervisor(List<String> command) {
        drivers = new Drivers(command);
    }

    @Override
    public CompletableFuture<Reply<String>> ping(String uri, Duration timeout) {
        return Replies.read(look(uri, "ping", timeout), Fields::text);
    }

    @Override
    public CompletableFuture<Reply<List<Domain>>> domains(String uri, Duration timeout) {
        return Replies.read(
                look(uri, "domains", timeout),
                list -> Fields.items(list).stream().map(LibvirtHypervisor::domain).toList());
    }

    @Override
    public CompletableFuture<Reply<Long>> changed(String uri, long since, Duration most) {
        Tree with =
                object(
                        "uri", text(uri),
                        "since", number(since),
                        "most", number(most.toMillis()));
        return Replies.read(
                drivers.call("libvirt looks at " + uri, "changed", with, most.plus(ANSWERS)),
                counted -> Fields.numberAt(counted, "count"));
    }

    private CompletableFuture<Reply<Tree>> look(String uri, String call, Duration timeout) {
        return drivers.call("libvirt looks at " + uri, call, object("uri", text(uri)), timeout);
    }

    private CompletableFuture<Reply<Tree>> look(
            String uri, String call, String name, Duration timeout) {
        Tree with = object("uri", text(uri), "name", text(name));
        return drivers.call("libvirt looks at " + uri, call, with, timeout);
    }

    private CompletableFuture<Reply<Tree>> change(
            String uri, String call, Tree arguments, Duration timeout) {
        return drivers.call("libvirt changes " + uri, call, arguments, timeout);
    }

    @Override
    public CompletableFuture<Reply<Domain>> start(String uri, String xml, Duration timeout) {
        Tree with = object("uri", text(uri), "xml", text(xml));
        return Replies.read(change(uri, "start", with, timeout), LibvirtHypervisor::domain);
    }

    /** {@inheritDoc} True: asked; false: it does not run. */
    @Override
    public CompletableFuture<Reply<Boolean>> shutDown(String uri, String name, Duration timeout) {
        Tree with = object("uri", text(uri), "name", text(name));
        return Replies.read(change(uri, "shutDown", with, timeout), Fields::truth);
    }

    /** {@inheritDoc} True: it was there; false: it was not. */
    @Override
    public CompletableFuture<Reply<Boolean>> destroy(String uri, String name, Duration timeout) {
        return destroy(uri, name, 0, timeout);
    }

    @Override
    public CompletableFuture<Reply<Boolean>> destroyRun(String uri, Domain run, Duration timeout) {
        return destroy(uri, run.name(), run.token(), timeout);
    }

    private CompletableFuture<Reply<Boolean>> destroy(
            String uri, String name, long token, Duration timeout) {
        Tree with = object("uri", text(uri), "name", text(name), "token", number(token));
        return Replies.read(change(uri, "destroy", with, timeout), Fields::truth);
    }

    @Override
    public CompletableFuture<Reply<Boolean>> announce(String uri, String name, Duration timeout) {
        Tree with = object("uri", text(uri), "name", text(name));
        return Replies.read(change(uri, "announce", with, timeout), Fields::truth);
    }

    @Override
    public CompletableFuture<Reply<Domain>> migrate(
            String uri, String name, String targetUri, String xml, Duration timeout) {
        Tree with =
                object(
                        "uri", text(uri),
                        "name", text(name),
                        "targetUri", text(targetUri),
                        "xml", text(xml));
        return Replies.read(change(uri, "migrate", with, timeout), LibvirtHypervisor::domain);
    }

    /** {@inheritDoc} Asked beside the migration, which holds the other driver's call. */
    @Override
    public CompletableFuture<Reply<Moving>> moving(String uri, String name, Duration timeout) {
        return Replies.read(
                look(uri, "moving", name, timeout),
                moving ->
                        new Moving(
                                Fields.numberAt(moving, "total"), Fields.numberAt(moving, "left")));
    }

    @Override
    public CompletableFuture<Reply<Boolean>> stay(String uri, String name, Duration timeout) {
        return Replies.read(look(uri, "stay", name, timeout), Fields::truth);
    }

    @Override
    public CompletableFuture<Reply<String>> describe(String uri, String name, Duration timeout) {
        return Replies.read(look(uri, "describe", name, timeout), Fields::text);
    }

    @Override
    public CompletableFuture<Reply<Domain>> mark(
            String uri, String name, String uuid, long token, Duration timeout) {
        Tree with =
                object(
                        "uri", text(uri),
                        "name", text(name),
                        "uuid", text(uuid),
                        "token", number(token));
        return Replies.read(change(uri, "mark", with, timeout), LibvirtHypervisor::domain);
    }

    private static Domain domain(Tree tree) {
        String power = Fields.textAt(tree, "power").toUpperCase(Locale.ROOT);
        return new Domain(
                Fields.textAt(tree, "name"),
                Fields.textAt(tree, "uuid"),
                Domain.Power.valueOf(power),
                Fields.numberAt(tree, "token"));
    }

    /** The driver processes that run now. */
    public List<Long> pids() {
        return drivers.pids();
    }

    @Override
    public void close() {
        drivers.close();
    }
}
