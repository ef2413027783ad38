package io.evenkeel.control.api;

import io.evenkeel.control.core.Intent;
import io.evenkeel.control.core.ResourceWrites;
import io.evenkeel.control.core.Step;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Resource;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.Spec;
import java.util.function.UnaryOperator;

/**
 * Operators' words that change one thing of a declared resource's specification: labels and the
 * rest stay, and what belongs to another source is refused as any write is.
 */
final class SpecEdits {
    private final ApiContext context;

    SpecEdits(ApiContext context) {
        this.context = context;
    }

    /** What the parameter {@code state} says. */
    static boolean isOn(ApiRequest request) {
        String state = request.parameter("state").orElse("");
        if (!state.equals("on") && !state.equals("off")) {
            throw ProblemException.parameter("state", state, "on or off");
        }
        return state.equals("on");
    }

    /** Changes the one that the request names; answers with what it is then. */
    ApiReply carryOut(ApiRequest request, Kind kind, UnaryOperator<Spec> change)
            throws InterruptedException {
        Intent intent =
                WriteHandlers.intent(context, request).because(WriteHandlers.reason(request));
        ResourceKey key =
                new ResourceKey(kind, ApiContext.tenant(request), request.pathValue("name"));
        ResourceOperations.Done done =
                context.operations()
                        .carryOut(
                                new ResourceOperations.Wanted(
                                        key, present -> edited(present, change, intent)));
        ResourceViews views = context.views(context.images().imageWith(done.revision()));
        Resource<?, ?> shown =
                views.find(kind, key.tenant(), key.name())
                        .filter(found -> found.metadata().revision() >= done.revision())
                        .orElse(done.resource());
        return ReadHandlers.one(200, shown);
    }

    private static Step edited(
            ResourceWrites.Present present, UnaryOperator<Spec> change, Intent intent) {
        return present.resource()
                .map(now ->
                        ResourceWrites.apply(
                                present,
                                Resource.of(now.metadata(), change.apply(now.spec())),
                                now.metadata().uid(),
                                intent))
                .orElseGet(Step.Missing::new);
    }
}
