package io.evenkeel.kernel.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.decision.AuditIndex.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditIndexTest {
    private static final Place LATEST = new Place(Long.MAX_VALUE, "");

    private static AuditIndex index(int perObject, int ofLinks, int ofOthers, Duration age) {
        return new AuditIndex(new AuditRetention(perObject, ofLinks, ofOthers, age));
    }

    private static Place place(String object, long revision) {
        return new Place(revision, "/audit/" + object + "/" + revision);
    }

    private static List<Long> revisions(List<Place> places) {
        return places.stream().map(Place::revision).toList();
    }

    @Test
    void churnOfBackendsDoesNotWashOutWhatPeopleDid() {
        AuditIndex index = index(100, 3, 3, Duration.ofDays(1));
        index.add(place("web", 1), false, 0);
        for (int i = 2; i < 9; i++) {
            index.add(place("e" + i, i), true, 0);
        }
        assertThat(index.surplus(0, 100))
                .containsExactly("/audit/e2/2", "/audit/e3/3", "/audit/e4/4", "/audit/e5/5");
        assertThat(index.surplus(0, 1)).containsExactly("/audit/e2/2");
    }

    @Test
    void ofOneObjectTheLatestFewStay() {
        AuditIndex index = index(2, 100, 100, Duration.ofDays(1));
        for (int i = 1; i < 6; i++) {
            index.add(place("web", i), false, 0);
        }
        assertThat(index.surplus(0, 100))
                .containsExactly("/audit/web/1", "/audit/web/2", "/audit/web/3");
        index.remove("/audit/web/1");
        index.remove("/audit/web/2");
        index.remove("/audit/web/3");
        assertThat(index.surplus(0, 100)).isEmpty();
        assertThat(index.size()).isEqualTo(2);
    }

    @Test
    void whatIsTooOldGoes() {
        AuditIndex index = index(9, 9, 9, Duration.ofMillis(100));
        index.add(place("a", 1), false, 0);
        index.add(place("b", 2), true, 50);
        assertThat(index.surplus(100, 9)).isEmpty();
        assertThat(index.surplus(101, 9)).containsExactly("/audit/a/1");
        assertThat(index.surplus(151, 9)).containsExactly("/audit/b/2", "/audit/a/1");
    }

    @Test
    void pagesShowEveryEntryOnceTheLatestFirstThoughMoreComeMeanwhile() {
        AuditIndex index = index(9, 1_000, 1_000, Duration.ofDays(1));
        for (int i = 1; i <= 50; i++) {
            index.add(place("x" + i, i), i % 3 == 0, 0);
            index.add(place("y" + i, i), i % 2 == 0, 0);
        }
        List<Long> shown = new ArrayList<>();
        Place before = LATEST;
        for (List<Place> page = index.page(before, object -> true, 7);
                !page.isEmpty();
                page = index.page(before, object -> true, 7)) {
            shown.addAll(revisions(page));
            before = page.getLast();
            index.add(place("z" + shown.size(), 100 + shown.size()), true, 0);
        }
        assertThat(shown).hasSize(100).isSortedAccordingTo((a, b) -> Long.compare(b, a));
        assertThat(revisions(index.page(LATEST, object -> object.endsWith("x7"), 9)))
                .containsExactly(7L);
    }

    @Test
    void entriesOfOneObjectArePagedByThemselves() {
        AuditIndex index = index(9, 9, 9, Duration.ofDays(1));
        for (int i = 1; i < 6; i++) {
            index.add(place("web", i), false, 0);
        }
        assertThat(revisions(index.pageOf("/audit/web", LATEST, 2))).containsExactly(5L, 4L);
        assertThat(revisions(index.pageOf("/audit/web", place("web", 4), 9)))
                .containsExactly(3L, 2L, 1L);
        assertThat(index.pageOf("/audit/nobody", LATEST, 2)).isEmpty();
    }
}
