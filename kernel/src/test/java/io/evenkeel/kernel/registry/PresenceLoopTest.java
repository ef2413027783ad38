package io.evenkeel.kernel.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.image.GatewayRecord;
import io.evenkeel.kernel.image.ImageBuilder;
import io.evenkeel.kernel.image.PresenceRecord;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One gateway's presence against the store's semantics, with what stores do to it. */
class PresenceLoopTest {
    private static final Duration TTL = Duration.ofSeconds(10);
    private static final EndpointKey WEB = new EndpointKey("default", "web-1");

    private StoreState store = new StoreState(StoreLimits.DEFAULT);
    private final ImageBuilder images = new ImageBuilder();
    private final PresenceLoop loop = new PresenceLoop("gw", TTL, 0);
    private long now;

    /** Txns that the store has not got. */
    private Optional<Txn> late = Optional.empty();

    private static GatewayRecord record(String instance) {
        HostPort somewhere = new HostPort("127.0.0.1", 1);
        return new GatewayRecord(instance, somewhere, Optional.of(somewhere), somewhere, "1", 0);
    }

    /** Asks the store until nothing is left to ask. */
    private void settle() {
        for (int i = 0; i < 20; i++) {
            switch (loop.next(now)) {
                case PresenceAction.Grant(Duration ttl) ->
                        loop.leased(now, now, store.grant(now, ttl));
                case PresenceAction.KeepAlive(long lease) ->
                        loop.leased(now, now, store.keepAlive(now, lease));
                case PresenceAction.Commit(Txn txn) -> loop.committed(now, store.txn(txn));
                case PresenceAction.Await _ -> {
                    return;
                }
            }
        }
        throw new AssertionError("it does not come to rest");
    }

    /** Sends the next txn; its outcome is unknown, and the store gets it when it gets it. */
    private void sendLate() {
        late = Optional.of(((PresenceAction.Commit) loop.next(now)).txn());
        loop.committed(now, new Unknown("nothing was heard"));
        now += Duration.ofSeconds(1).toNanos();
    }

    private void see() {
        loop.observe(images.load(List.copyOf(store.entries()), store.revision()));
    }

    private List<String> marks() {
        return store.entries().stream()
                .map(Entry::key)
                .filter(key -> key.startsWith(Keys.prefix(Keys.Area.PRESENCE)))
                .toList();
    }

    /** The endpoint of a workload that registers. */
    private EndpointKey admit(String workload) {
        RegistryDesk desk = new RegistryDesk(new TreeSet<>(List.of("default")));
        RegistryEvent event =
                desk.register(
                        Registration.of("web", workload, "10.0.0.1:80", "one"), reply -> {}, 0);
        RegistryAttempt attempt = desk.attempt(images.image(), List.of(event));
        attempt.read(store.txn(attempt.reads().orElseThrow()));
        attempt.committed(store.txn(attempt.decide(0, () -> "uid", refused -> {}).orElseThrow()));
        see();
        return event.key();
    }

    private void known() {
        loop.announce(record("one"));
        settle();
        assertThat(loop.isKnown()).isTrue();
    }

    @Test
    void marksAreWrittenAfterTheGatewaysKeyAndEndWithIt() {
        loop.announce(record("one"));
        loop.present(WEB, 5, 0);
        settle();
        List<String> keys = Stream.of(Keys.gateway("gw"), Keys.presence("gw", WEB)).toList();
        assertThat(store.entries())
                .extracting(Entry::key)
                .containsExactlyInAnyOrderElementsOf(keys);
        long before = store.revision();
        store.revoke(loop.leaseId());
        assertThat(store.batch(before + 1).changes()).hasSize(2);
        now += TTL.toNanos();
        settle();
        now += TTL.toNanos();
        settle();
        assertThat(marks()).as("all again under a new lease").hasSize(1);
    }

    @Test
    void gatewayWhoseIdIsHeldWritesNothing() {
        PresenceLoop other = new PresenceLoop("gw", TTL, 0);
        known();
        other.announce(record("two"));
        other.present(WEB, 7, 0);
        other.leased(0, 0, store.grant(0, TTL));
        other.committed(0, store.txn(((PresenceAction.Commit) other.next(0)).txn()));
        assertThat(other.isKnown()).isFalse();
        assertThat(other.holder()).isPresent();
        assertThat(other.next(0)).isInstanceOf(PresenceAction.Await.class);
    }

    @Test
    void markThatArrivesAfterItWasTakenBackIsTakenBackAgain() {
        known();
        EndpointKey web = admit("web");
        loop.present(web, 5, 0);
        sendLate();
        loop.absent(web, 5);
        settle();
        store.txn(late.orElseThrow());
        assertThat(marks()).hasSize(1);
        see();
        settle();
        assertThat(marks()).isEmpty();
    }

    @Test
    void markThatARestoredStoreHasLostIsWrittenAgain() {
        known();
        EndpointKey web = admit("web");
        List<Entry> backup = List.copyOf(store.entries());
        long revision = store.revision();
        loop.present(web, 5, 0);
        settle();
        see();
        assertThat(marks()).hasSize(1);
        // The lease is in the backup too: nothing that it is asked says that the mark is gone.
        store =
                StoreState.restore(
                        StoreLimits.DEFAULT,
                        revision,
                        backup,
                        List.of(new StoreState.LeaseRecord(loop.leaseId(), TTL.toNanos())),
                        loop.leaseId(),
                        now);
        see();
        settle();
        assertThat(marks()).hasSize(1);
    }

    @Test
    void keyThatARestoredStoreHasLostIsTakenAgain() {
        List<Entry> backup = List.copyOf(store.entries());
        known();
        see();
        store =
                StoreState.restore(
                        StoreLimits.DEFAULT,
                        1,
                        backup,
                        List.of(new StoreState.LeaseRecord(loop.leaseId(), TTL.toNanos())),
                        loop.leaseId(),
                        now);
        see();
        assertThat(loop.isKnown()).isFalse();
        settle();
        assertThat(loop.isKnown()).isTrue();
        assertThat(store.entries()).extracting(Entry::key).containsExactly(Keys.gateway("gw"));
    }

    @Test
    void imageOfWhatIsSoAsksForNothing() {
        known();
        EndpointKey web = admit("web");
        loop.present(web, 5, 0);
        settle();
        long before = store.revision();
        see();
        settle();
        assertThat(store.revision()).isEqualTo(before);
    }

    private long epoch(EndpointKey endpoint) {
        return Objects.requireNonNull(images.image().endpoints().get(endpoint)).epoch();
    }

    /** An endpoint with a link here, and its mark in the store. */
    private EndpointKey marked() {
        known();
        EndpointKey web = admit("web");
        loop.present(web, epoch(web), 0);
        settle();
        return web;
    }

    private void markOfAnother(EndpointKey endpoint) {
        Value mark = Value.of(Stored.write(new PresenceRecord(epoch(endpoint), 0)));
        store.txn(Txn.of(Op.put(Keys.presence("other", endpoint), mark)));
        see();
        settle();
    }

    @Test
    void markOfALinkThatWasGivenUpGoesWhenAnothersIsSeen() {
        EndpointKey web = marked();
        see();
        assertThat(loop.released(web, epoch(web), now)).isTrue();
        settle();
        assertThat(marks()).containsExactly(Keys.presence("gw", web));
        markOfAnother(web);
        assertThat(marks()).containsExactly(Keys.presence("other", web));
    }

    @Test
    void markOfALinkThatWasGivenUpGoesAtOnceIfAnothersIsThere() {
        EndpointKey web = marked();
        markOfAnother(web);
        loop.released(web, epoch(web), now);
        settle();
        assertThat(marks()).containsExactly(Keys.presence("other", web));
    }

    @Test
    void markOfALinkThatWasGivenUpIsNotKeptLongerThanADeadGateways() {
        EndpointKey web = marked();
        loop.released(web, epoch(web), now);
        assertThat(loop.next(now)).isInstanceOf(PresenceAction.Await.class);
        for (long left = TTL.toNanos(); left > 0; left -= TTL.toNanos() / 10) {
            settle();
            assertThat(marks()).hasSize(1);
            now += TTL.toNanos() / 10;
        }
        settle();
        assertThat(marks()).isEmpty();
    }

    @Test
    void linkThatStandsAgainKeepsTheMark() {
        EndpointKey web = marked();
        loop.released(web, epoch(web), now);
        loop.present(web, epoch(web), 0);
        markOfAnother(web);
        assertThat(marks()).contains(Keys.presence("gw", web));
        loop.absent(web, epoch(web));
        settle();
        assertThat(marks()).doesNotContain(Keys.presence("gw", web));
    }
}
