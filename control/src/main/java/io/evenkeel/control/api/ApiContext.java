package io.evenkeel.control.api;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.permission.PermissionPort;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.store.Store;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the handlers work with.
 *
 * @param store the cluster's memory
 * @param operations changes to it
 * @param images the newest image
 * @param history what was recorded about objects
 * @param paged images being paged through
 * @param gateway the gateway of this process; null where there is none
 * @param clock wall clock
 * @param uids a fresh uid at each call
 * @param permissions who may do what
 * @param counters what the API has done
 * @param watches those that run
 * @param hypervisor the hosts' libvirts; null in a process that does not ask them
 * @param placement how hosts are ranked
 */
record ApiContext(
        Store store,
        ResourceOperations operations,
        ImageFollower images,
        ObjectHistory history,
        PagedImages paged,
        @Nullable SeenGateway gateway,
        InstantSource clock,
        Supplier<String> uids,
        PermissionPort permissions,
        ApiCounters counters,
        OpenWatches watches,
        @Nullable Hypervisor hypervisor,
        PlacementSettings placement) {

    /** Views of an image, with what the gateway sees now. */
    ResourceViews views(ClusterImage image) {
        return new ResourceViews(image, gateway, clock);
    }

    /** Views of an image that has all in it that was committed before this call. */
    ResourceViews freshViews() throws InterruptedException {
        return views(images.imageWith(new StoreAccess(store).revision()));
    }

    /** The tenant a request is about. */
    static String tenant(ApiRequest request) {
        return request.parameter("tenant").orElse("default");
    }

    /** The gateway of this process, if there is one. */
    Optional<SeenGateway> seen() {
        return Optional.ofNullable(gateway);
    }
}
