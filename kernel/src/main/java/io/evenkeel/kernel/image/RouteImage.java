package io.evenkeel.kernel.image;

import io.evenkeel.model.Metadata;
import io.evenkeel.model.RouteSpec;
import io.evenkeel.model.ServiceKey;
import java.util.List;

/** One route; the metadata's revision is its record's last write. */
public record RouteImage(Metadata metadata, RouteSpec spec) {
    /** The services that its requests and copies of them go to. */
    public List<ServiceKey> services() {
        ServiceKey service = new ServiceKey(metadata.tenant(), spec.service());
        return spec.mirror()
                .map(m -> List.of(service, new ServiceKey(metadata.tenant(), m.service())))
                .orElse(List.of(service));
    }
}
