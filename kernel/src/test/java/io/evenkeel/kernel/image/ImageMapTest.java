package io.evenkeel.kernel.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageMapTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyVersionEqualsATreeMapAndNeverChangesAfterwards(long seed) {
        Random random = new Random(seed);
        TreeMap<Integer, Integer> model = new TreeMap<>();
        ImageMap<Integer, Integer> map = ImageMap.empty();
        List<ImageMap<Integer, Integer>> versions = new ArrayList<>();
        List<Map<Integer, Integer>> copies = new ArrayList<>();
        for (int step = 0; step < 2_000; step++) {
            int key = random.nextInt(300);
            if (random.nextInt(5) < 2) {
                model.remove(key);
                map = map.without(key);
            } else {
                model.put(key, step);
                map = map.with(key, step);
            }
            assertThat(map.size()).as("seed %d step %d", seed, step).isEqualTo(model.size());
            assertThat(map.get(key)).isEqualTo(model.get(key));
            assertThat(map.height()).isLessThanOrEqualTo(mostLevels(map.size()));
            if (step % 100 == 0) {
                versions.add(map);
                copies.add(new TreeMap<>(model));
            }
        }
        for (int i = 0; i < versions.size(); i++) {
            assertThat(new ArrayList<>(versions.get(i).entrySet()))
                    .as("seed %d version %d", seed, i)
                    .isEqualTo(new ArrayList<>(copies.get(i).entrySet()));
        }
    }

    /** Few changes go in one by one, many are merged; nobody sees which. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void manyChangesAtOnceAreThoseOneByOne(long seed) {
        Random random = new Random(seed);
        TreeMap<Integer, Integer> model = new TreeMap<>();
        ImageMap<Integer, Integer> map = ImageMap.empty();
        for (int step = 0; step < 300; step++) {
            ImageMap<Integer, Integer> before = map;
            Map<Integer, Integer> copy = new TreeMap<>(model);
            TreeMap<Integer, Optional<Integer>> changes = new TreeMap<>();
            for (int i = random.nextInt(random.nextBoolean() ? 4 : 200); i > 0; i--) {
                int key = random.nextInt(300);
                if (random.nextInt(5) < 2) {
                    changes.put(key, Optional.empty());
                    model.remove(key);
                } else {
                    changes.put(key, Optional.of(step));
                    model.put(key, step);
                }
            }
            ImageMap<Integer, Integer> from = map;
            List<ImageChange<Integer, Integer>> list = new ArrayList<>();
            changes.forEach((key, value) ->
                    list.add(new ImageChange<>(key, from.get(key), value.orElse(null))));
            map = map.withAll(list);
            assertThat(new ArrayList<>(map.entrySet()))
                    .as("seed %d step %d", seed, step)
                    .isEqualTo(new ArrayList<>(model.entrySet()));
            assertThat(map.height()).isLessThanOrEqualTo(mostLevels(map.size()));
            assertThat(new ArrayList<>(before.entrySet()))
                    .isEqualTo(new ArrayList<>(copy.entrySet()));
        }
    }

    @Test
    void sortedInsertionStaysShallow() {
        ImageMap<Integer, Integer> map = ImageMap.empty();
        for (int i = 0; i < 100_000; i++) {
            map = map.with(i, i);
        }
        assertThat(map.height()).isLessThanOrEqualTo(mostLevels(100_000));
    }

    /** 1.45 log2(n + 2), the bound of an AVL tree. */
    private static int mostLevels(int size) {
        return (int) Math.floor(1.4405 * Math.log(size + 2) / Math.log(2));
    }
}
