package io.evenkeel.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.WatchResponse;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.store.etcd.WatchReader.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchReaderTest {
    private final WatchReader reader = new WatchReader(new EtcdMapping("/ns"), 10);

    @Test
    void aRevisionCutIntoFragmentsIsDeliveredWhole() {
        assertThat(reader.read(response(12, true, put("/a", 10), put("/b", 11))))
                .isInstanceOf(Step.Wait.class);
        assertThat(reader.next()).isEqualTo(10);
        assertThat(reader.read(response(12, true, put("/c", 11)))).isInstanceOf(Step.Wait.class);
        assertThat(keys(reader.read(response(12, false, put("/d", 11)))))
                .containsExactly("/a", "/b", "/c", "/d");
        assertThat(reader.next()).isEqualTo(12);
    }

    @Test
    void whatWasDeliveredBeforeIsNotDeliveredAgain() {
        assertThat(reader.read(response(12, false, put("/a", 8), put("/b", 9))))
                .isInstanceOf(Step.Wait.class);
        assertThat(keys(reader.read(response(12, false, put("/b", 9), put("/c", 10)))))
                .containsExactly("/c");
        assertThat(reader.read(response(12, false, put("/c", 10)))).isInstanceOf(Step.Wait.class);
    }

    @Test
    void theRevisionOfTheAnswerThatCreatedTheWatchIsNotWhereItStands() {
        WatchResponse created =
                WatchResponse.newBuilder()
                        .setHeader(ResponseHeader.newBuilder().setRevision(1_000).setClusterId(7))
                        .setCreated(true)
                        .build();
        assertThat(reader.read(created)).isEqualTo(new Step.Created(1_000, 7));
        assertThat(reader.next()).isEqualTo(10);
    }

    @Test
    void progressMovesTheStartOfTheNextStream() {
        assertThat(reader.read(response(500, false))).isInstanceOf(Step.Wait.class);
        assertThat(reader.next()).isEqualTo(501);
        reader.read(response(400, false));
        assertThat(reader.next()).isEqualTo(501);
    }

    @Test
    void historyThatIsGoneIsToBeReadAgain() {
        WatchResponse compacted =
                WatchResponse.newBuilder().setCanceled(true).setCompactRevision(40).build();
        assertThat(reader.read(compacted))
                .isEqualTo(new Step.Resync(40, "etcd has forgotten history up to revision 40"));
    }

    @Test
    void aDeletionOfWhatNobodyRemembersIsToBeReadAgain() {
        Event deleted =
                Event.newBuilder().setType(Event.EventType.DELETE).setKv(kv("/a", 10, 0)).build();
        assertThat(reader.read(response(12, false, deleted))).isEqualTo(new Step.Forgotten(10));
        Event changed = Event.newBuilder().setKv(kv("/a", 10, 5)).build();
        assertThat(reader.read(response(12, false, changed))).isEqualTo(new Step.Forgotten(10));
        assertThat(reader.next()).isEqualTo(10);
    }

    @Test
    void aWatchThatEtcdEndsForAnotherReasonGoesOnElsewhere() {
        WatchResponse canceled =
                WatchResponse.newBuilder().setCanceled(true).setCancelReason("no").build();
        assertThat(reader.read(canceled)).isEqualTo(new Step.Broken("etcd ended the watch: no"));
    }

    private static List<String> keys(Step step) {
        assertThat(step).isInstanceOf(Step.Deliver.class);
        return ((Step.Deliver) step).batch().changes().stream().map(Change::key).toList();
    }

    private static WatchResponse response(long revision, boolean more, Event... events) {
        WatchResponse.Builder response =
                WatchResponse.newBuilder()
                        .setHeader(ResponseHeader.newBuilder().setRevision(revision))
                        .addAllEvents(List.of(events));
        if (more) {
            response.setUnknownFields(
                    UnknownFieldSet.newBuilder()
                            .addField(7, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                            .build());
        }
        return response.build();
    }

    private static Event put(String key, long revision) {
        return Event.newBuilder().setKv(kv(key, revision, revision)).build();
    }

    private static KeyValue kv(String key, long revision, long created) {
        return KeyValue.newBuilder()
                .setKey(ByteString.copyFromUtf8("/ns" + key))
                .setModRevision(revision)
                .setCreateRevision(created)
                .setVersion(1)
                .build();
    }
}
