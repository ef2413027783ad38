package io.evenkeel.kernel.image;

import io.evenkeel.model.Metadata;
import io.evenkeel.model.PolicySpec;

/** One traffic policy; the metadata's revision is its record's last write. */
public record PolicyImage(Metadata metadata, PolicySpec spec) {}
