package io.evenkeel.cli;

import java.util.List;

/** The operator's verbs, to be hung under the program's root command. */
public final class Commands {
    private Commands() {}

    /** New command objects, in the order in which help should show them. */
    public static List<Object> operatorVerbs() {
        return List.of(
                new GetVerb(),
                new DescribeVerb(),
                new ApplyVerb(),
                new DeleteVerb(),
                new WatchVerb(),
                new AdminStateVerb.Drain(),
                new AdminStateVerb.Ready(),
                new AdminStateVerb.Maint(),
                new HostVerb(),
                new MachineVerb(),
                new MembersVerb(),
                new TopVerb(),
                new ExplainVerb());
    }
}
