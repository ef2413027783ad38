package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;
import java.util.List;

/** What a request must look like: all of the three must hold. */
public record Match(
        @About(
                        "Any of these hosts, lower case: exact, or `*.` and a domain for every name below it. None: any.")
                @Default("[]")
                List<String> hosts,
        @About("The path begins with this, at a segment's border.") @Default("/") String pathPrefix,
        @About("All of these headers are there.") @Default("[]") List<HeaderMatch> headers)
        implements Checked {

    /** Copies the lists. */
    public Match {
        hosts = List.copyOf(hosts);
        headers = List.copyOf(headers);
    }

    @Override
    public void check(Checks checks) {
        for (int i = 0; i < hosts.size(); i++) {
            if (!Names.isHostPattern(hosts.get(i))) {
                checks.problem(
                        "hosts[" + i + "]",
                        hosts.get(i),
                        "a host such as shop.example or *.shop.example, lower case, without a port",
                        "");
            }
        }
        String wrong = Names.pathProblem(pathPrefix);
        if (!wrong.isEmpty()) {
            checks.problem("pathPrefix", pathPrefix, "a path that begins with /", wrong);
        }
    }
}
