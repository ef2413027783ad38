package io.evenkeel.kernel.image;

import io.evenkeel.model.Metadata;
import io.evenkeel.model.RouteSpec;

/** One route; the metadata's revision is its record's last write. */
public record RouteImage(Metadata metadata, RouteSpec spec) {}
