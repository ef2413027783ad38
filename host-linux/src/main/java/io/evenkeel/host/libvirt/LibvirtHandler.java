package io.evenkeel.host.libvirt;

import static io.evenkeel.host.driver.Fields.number;
import static io.evenkeel.host.driver.Fields.object;
import static io.evenkeel.host.driver.Fields.text;
import static io.evenkeel.host.driver.Fields.textAt;
import static io.evenkeel.host.driver.Fields.truth;

import io.evenkeel.host.driver.Fields;
import io.evenkeel.host.driver.Handler;
import io.evenkeel.host.driver.Line.Request;
import io.evenkeel.host.foreign.MissingLibraryException;
import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.Domain.Power;
import io.evenkeel.kernel.machine.Moving;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.model.tree.Tree;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the driver process of a host's libvirt does with calls. It has one connection, opened at
 * need and again when it has broken.
 */
public final class LibvirtHandler implements Handler {
    private @Nullable Libvirt libvirt;
    private @Nullable Connection connection;
    private String connectedTo = "";

    private final Changes changes = new Changes();

    /** One change of a machine at a time: the second finds what the first has done. */
    private final Map<String, Object> changing = new ConcurrentHashMap<>();

    @Override
    public Reply<Tree> handle(Request request) {
        Tree with = request.arguments();
        return switch (request.call()) {
            case "ping" ->
                    // First, since a connection that is open says nothing of a host that is gone.
                    obstacle(textAt(with, "uri"), request)
                            .orElseGet(() -> on(request, c -> new Reply.Done<>(text(c.version()))));
            case "domains" ->
                    on(
                            request,
                            c ->
                                    new Reply.Done<>(
                                            Fields.list(
                                                    c.domains().stream()
                                                            .map(LibvirtHandler::tree)
                                                            .toList())));
            case "changed" ->
                    on(
                            request,
                            c ->
                                    changed(
                                            c,
                                            Fields.numberAt(with, "since"),
                                            Fields.numberAt(with, "most")));
            case "start" -> on(request, c -> start(c, textAt(with, "xml")));
            case "shutDown" -> on(request, c -> shutDown(c, textAt(with, "name")));
            case "destroy" ->
                    on(
                            request,
                            c -> destroy(c, textAt(with, "name"), Fields.numberAt(with, "token")));
            case "announce" -> on(request, c -> announce(c, textAt(with, "name")));
            case "moving" -> on(request, c -> moving(c, textAt(with, "name")));
            case "stay" -> on(request, c -> stay(c, textAt(with, "name")));
            case "describe" -> on(request, c -> describe(c, textAt(with, "name")));
            case "mark" ->
                    on(
                            request,
                            c ->
                                    mark(
                                            c,
                                            textAt(with, "name"),
                                            textAt(with, "uuid"),
                                            Fields.numberAt(with, "token")));
            case "migrate" -> on(request, c -> migrate(c, request));
            default -> throw new IllegalArgumentException("unknown");
        };
    }

    private Reply<Tree> changed(Connection to, long since, long mostMillis) {
        to.listen(changes);
        try {
            return new Reply.Done<>(object("count", number(changes.since(since, mostMillis))));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Reply.Unasked<>("interrupted");
        }
    }

    private Reply<Tree> on(Request request, Function<Connection, Reply<Tree>> work) {
        Connection to;
        try {
            String uri = textAt(request.arguments(), "uri");
            synchronized (this) {
                to = connection;
                if (to != null && !(to.isAlive() && connectedTo.equals(uri))) {
                    connection = null;
                    to.leave();
                    to = null;
                }
                if (to == null) {
                    Optional<Reply<Tree>> obstacle = obstacle(uri, request);
                    if (obstacle.isPresent()) {
                        return obstacle.get();
                    }
                    to = Connection.open(library(), uri);
                    connection = to;
                    connectedTo = uri;
                }
                to.hold();
            }
        } catch (MissingLibraryException missing) {
            return new Reply.Unasked<>(missing.getMessage());
        } catch (LibvirtException e) {
            return new Reply.Silent<>(e.getMessage());
        }
        try (Connection held = to) {
            try {
                return work.apply(held);
            } catch (LibvirtException e) {
                // Without a connection nobody has said no.
                return held.isAlive()
                        ? new Reply.Refused<>(e.getMessage())
                        : new Reply.Silent<>(e.getMessage());
            }
        }
    }

    /** What is in the way, found early enough to be said before the call's deadline. */
    private static Optional<Reply<Tree>> obstacle(String uri, Request request) {
        long most = Math.max(1, Math.min(60_000, request.timeoutMillis() * 3 / 4));
        return Reach.obstacle(uri, (int) most);
    }

    private synchronized Libvirt library() {
        Libvirt loaded = libvirt;
        if (loaded == null) {
            loaded = Libvirt.load();
            libvirt = loaded;
        }
        return loaded;
    }

    /** As the other side reads it. */
    private static Tree tree(Domain domain) {
        return object(
                "name",
                text(domain.name()),
                "uuid",
                text(domain.uuid()),
                "power",
                text(domain.power().name().toLowerCase(Locale.ROOT)),
                "token",
                number(domain.token()));
    }

    private Reply<Tree> start(Connection to, String xml) {
        RunToken.Described wanted = RunToken.inDescription(xml);
        synchronized (lock(wanted.name())) {
            Optional<Connection.Handle> found = to.find(wanted.name());
            if (found.isPresent()) {
                try (Connection.Handle there = found.get()) {
                    Domain seen = there.read();
                    if (seen.token() > wanted.token()) {
                        return higher(seen, wanted.token());
                    }
                    if (there.isActive()) {
                        if (seen.token() == wanted.token() && seen.power() != Power.CRASHED) {
                            return new Reply.Done<>(tree(seen));
                        }
                        there.destroy();
                    }
                    if (there.isPersistent()) {
                        there.undefine();
                    }
                }
            }
            try (Connection.Handle defined = to.define(xml)) {
                try {
                    defined.boot();
                    return new Reply.Done<>(tree(defined.read()));
                } catch (LibvirtException failed) {
                    if (to.isAlive() && !defined.isActive()) {
                        defined.undefine();
                    }
                    throw failed;
                }
            }
        }
    }

    private static Reply<Tree> higher(Domain seen, long than) {
        return new Reply.Refused<>(
                "it is there under token " + seen.token() + ", which is higher than " + than);
    }

    private Reply<Tree> shutDown(Connection to, String name) {
        synchronized (lock(name)) {
            Optional<Connection.Handle> found = to.find(name);
            if (found.isEmpty()) {
                return new Reply.Done<>(truth(false));
            }
            try (Connection.Handle there = found.get()) {
                if (!there.isActive()) {
                    return new Reply.Done<>(truth(false));
                }
                there.shutDown();
                return new Reply.Done<>(truth(true));
            }
        }
    }

    /**
     * Ends it.
     *
     * @param token of the run that is meant; 0: any
     */
    private Reply<Tree> destroy(Connection to, String name, long token) {
        synchronized (lock(name)) {
            try (Connection.Handle there = to.find(name).orElse(null)) {
                if (there == null) {
                    return new Reply.Done<>(truth(false));
                }
                long seen = token == 0 ? 0 : there.read().token();
                if (seen != token) {
                    return new Reply.Refused<>(
                            "it is there under token " + seen + " (expected: " + token + ")");
                }
                boolean persistent = there.isPersistent();
                if (there.isActive()) {
                    there.destroy();
                }
                if (persistent) {
                    there.undefine();
                }
                return new Reply.Done<>(truth(true));
            } catch (LibvirtException e) {
                // Gone by itself, between two looks.
                if (e.code() == LibvirtException.NO_DOMAIN) {
                    return new Reply.Done<>(truth(true));
                }
                throw e;
            }
        }
    }

    private static Reply<Tree> announce(Connection to, String name) {
        try (Connection.Handle there = to.find(name).orElse(null)) {
            if (there == null || !there.isActive()) {
                return new Reply.Done<>(truth(false));
            }
            there.announce();
            return new Reply.Done<>(truth(true));
        }
    }

    private static Reply<Tree> moving(Connection to, String name) {
        try (Connection.Handle there = to.find(name).orElse(null)) {
            Moving moving = there == null ? null : there.moving().orElse(null);
            return moving == null
                    ? new Reply.Refused<>("it is not on the move")
                    : new Reply.Done<>(
                            object(
                                    "total", number(moving.totalBytes()),
                                    "left", number(moving.leftBytes())));
        }
    }

    private static Reply<Tree> stay(Connection to, String name) {
        try (Connection.Handle there = to.find(name).orElse(null)) {
            if (there == null || there.moving().isEmpty()) {
                return new Reply.Refused<>("it is not on the move");
            }
            there.stay();
            return new Reply.Done<>(truth(true));
        }
    }

    private static Reply<Tree> describe(Connection to, String name) {
        try (Connection.Handle there = to.find(name).orElse(null)) {
            return there == null
                    ? new Reply.Refused<>("it is not there")
                    : new Reply.Done<>(text(there.describe()));
        }
    }

    private Reply<Tree> mark(Connection to, String name, String uuid, long token) {
        synchronized (lock(name)) {
            try (Connection.Handle there = to.find(name).orElse(null)) {
                if (there == null) {
                    return new Reply.Refused<>("it is not there");
                }
                Domain seen = there.read();
                if (!seen.uuid().equals(uuid)) {
                    return new Reply.Refused<>(
                            "it has the UUID " + seen.uuid() + " (expected: " + uuid + ")");
                }
                if (seen.token() > token) {
                    return higher(seen, token);
                }
                there.mark(token);
                return new Reply.Done<>(tree(there.read()));
            }
        }
    }

    private Reply<Tree> migrate(Connection to, Request request) {
        String name = textAt(request.arguments(), "name");
        String targetUri = textAt(request.arguments(), "targetUri");
        String xml = textAt(request.arguments(), "xml");
        long token = RunToken.inDescription(xml).token();
        synchronized (lock(name)) {
            Optional<Connection.Handle> found = to.find(name);
            if (found.isPresent()) {
                try (Connection.Handle there = found.get()) {
                    if (there.isActive()) {
                        there.migrate(targetUri, xml);
                    }
                }
            }
            // Also if it was not here: then an earlier call may have moved it.
            Optional<Reply<Tree>> obstacle = obstacle(targetUri, request);
            if (obstacle.isPresent()) {
                return new Reply.Silent<>("moved or not: " + obstacle.get());
            }
            try (Connection target = Connection.open(library(), targetUri);
                    Connection.Handle there = target.find(name).orElse(null)) {
                if (there == null || !there.isActive()) {
                    return new Reply.Refused<>("it runs neither here nor at " + targetUri);
                }
                Domain seen = there.read();
                return seen.token() == token
                        ? new Reply.Done<>(tree(seen))
                        : new Reply.Refused<>("it runs there under token " + seen.token());
            }
        }
    }

    private Object lock(String name) {
        return changing.computeIfAbsent(name, _ -> new Object());
    }
}
