package io.evenkeel.kernel.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.ImageBuilder;
import io.evenkeel.kernel.image.PresenceRecord;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Source;
import io.evenkeel.model.Stored;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReaperLoopTest {
    private static final long LIMIT = ReaperLoop.ABSENT_FOR.toNanos();
    private static final EndpointKey KEY = new EndpointKey("default", "w1.80");

    private final StoreState store = new StoreState(StoreLimits.DEFAULT);
    private final ImageBuilder builder = new ImageBuilder();
    private final ReaperLoop reaper = new ReaperLoop();

    private void commit(long nowNanos, Op op) {
        store.txn(Txn.of(op));
        reaper.observe(nowNanos, builder.apply(store.batch(store.revision())));
    }

    private static Op spec(Source source, String incarnation) {
        EndpointSpec plain = EndpointSpec.of("web", HostPort.parse("10.0.0.1:80"));
        EndpointSpec spec =
                new EndpointSpec(
                        "web",
                        "w1",
                        plain.kind(),
                        plain.address(),
                        plain.locality(),
                        1,
                        0,
                        plain.labels(),
                        "",
                        plain.healthCheck(),
                        incarnation);
        Metadata metadata = Metadata.of("default", "w1.80", source);
        return Op.put(
                Keys.spec(Kind.ENDPOINT, "default", "w1.80"),
                Value.of(Stored.spec(Resource.of(metadata, spec))));
    }

    private static Op present(long epoch) {
        return Op.put(
                Keys.presence("g1", KEY), Value.of(Stored.write(new PresenceRecord(epoch, 1))));
    }

    private List<EndpointKey> due(long nowNanos) {
        return reaper.due(nowNanos, builder.image(), 10).stream().map(EndpointImage::key).toList();
    }

    @Test
    void absentEverywhereForTenMinutesIsForgotten() {
        commit(5, spec(Source.LINK, "a"));
        assertThat(due(5 + LIMIT - 1)).isEmpty();
        assertThat(due(5 + LIMIT)).containsExactly(KEY);
    }

    @Test
    void whoWasPresentInBetweenCountsFromItsLastAbsence() {
        commit(0, spec(Source.LINK, "a"));
        long epoch = store.revision();
        commit(100, present(epoch));
        assertThat(due(2 * LIMIT)).isEmpty();
        commit(2 * LIMIT, Op.delete(Keys.presence("g1", KEY)));
        assertThat(due(3 * LIMIT - 1)).isEmpty();
        assertThat(due(3 * LIMIT)).containsExactly(KEY);
    }

    @Test
    void aNewIncarnationCountsAnew() {
        commit(0, spec(Source.LINK, "a"));
        commit(LIMIT - 1, spec(Source.LINK, "b"));
        assertThat(due(LIMIT + 5)).isEmpty();
        assertThat(due(2 * LIMIT)).containsExactly(KEY);
    }

    @Test
    void aDeclaredEndpointIsNeverForgotten() {
        commit(0, spec(Source.API, ""));
        assertThat(due(10 * LIMIT)).isEmpty();
    }
}
