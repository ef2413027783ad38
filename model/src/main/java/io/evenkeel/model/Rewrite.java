package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;

/** What a request's target is made into before an endpoint gets it. */
public record Rewrite(
        @About("What the path begins with in place of the match's pathPrefix; `/` takes it off.")
                String pathPrefix)
        implements Checked {

    @Override
    public void check(Checks checks) {
        if (!Names.isPlainPath(pathPrefix)) {
            checks.problem("pathPrefix", pathPrefix, Names.PLAIN_PATH, "");
        }
    }
}
