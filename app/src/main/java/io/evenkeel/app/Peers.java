package io.evenkeel.app;

import io.evenkeel.kernel.image.GatewayImage;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.model.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Where backends reach the gateways of the cluster: this one first. Any thread. */
final class Peers implements Supplier<List<String>> {
    private final String id;
    private volatile List<String> own = List.of();
    private volatile List<String> others = List.of();

    Peers(String id) {
        this.id = id;
    }

    /** Where this gateway takes backends. */
    void own(HostPort link) {
        own = List.of(link.toString());
    }

    /** Follows the images; tells of every change. */
    ImagePublisher onChange(Runnable changed) {
        return delta -> {
            if (!delta.gateways().isEmpty()) {
                follow(delta);
                changed.run();
            }
        };
    }

    private void follow(ImageDelta delta) {
        others =
                delta.after().gateways().values().stream()
                        .filter(gateway -> !gateway.id().equals(id))
                        .map(GatewayImage::record)
                        .flatMap(record -> record.link().stream())
                        .map(HostPort::toString)
                        .toList();
    }

    @Override
    public List<String> get() {
        List<String> all = new ArrayList<>(own);
        all.addAll(others);
        return List.copyOf(all);
    }
}
