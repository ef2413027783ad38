package io.evenkeel.control.api;

import io.evenkeel.model.Resource;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.Resources;
import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.JsonReader;
import io.evenkeel.model.tree.Problem;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.YamlReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads resources from a request's body; every problem of the whole body in one answer. */
final class BodyReader {
    private BodyReader() {}

    /** A resource and the line it begins at. */
    record Read(Resource<?, ?> resource, int line, int column) {}

    /**
     * The body's resources, in its order and each only once.
     *
     * @throws ProblemException with all problems
     */
    static List<Read> resources(ApiRequest request) {
        List<Problem> problems = new ArrayList<>();
        List<Read> resources = new ArrayList<>();
        Map<ResourceKey, Read> first = new LinkedHashMap<>();
        for (Tree tree : documents(request)) {
            switch (Resources.bind(tree)) {
                case Bound.Bad<Resource<?, ?>> bad -> problems.addAll(bad.problems());
                case Bound.Good<Resource<?, ?>>(Resource<?, ?> resource) -> {
                    Read read = new Read(resource, tree.line(), tree.column());
                    Read earlier = first.putIfAbsent(ResourceKey.of(resource), read);
                    if (earlier != null) {
                        problems.add(
                                new Problem(
                                        "metadata.name",
                                        tree.line(),
                                        tree.column(),
                                        ResourceKey.of(resource) + " again",
                                        "each resource once",
                                        "it is also at line " + earlier.line()));
                    }
                    resources.add(read);
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new ProblemException(ApiProblem.invalid(problems));
        }
        if (resources.isEmpty()) {
            throw new ProblemException(
                    ApiProblem.invalid(
                            List.of(
                                    new Problem(
                                            "", 1, 1, "nothing", "at least one resource", ""))));
        }
        return resources;
    }

    private static List<Tree> documents(ApiRequest request) {
        String type = request.header("Content-Type").orElse("");
        String essence = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (essence) {
            case "application/json" -> json(request.body());
            case "application/yaml", "application/x-yaml", "text/yaml" -> yaml(request.body());
            default ->
                    throw new ProblemException(
                            ApiProblem.of(
                                            ProblemType.UNSUPPORTED_MEDIA_TYPE,
                                            "Content-Type: '"
                                                    + type
                                                    + "' (expected: application/json or"
                                                    + " application/yaml)")
                                    .header("Accept-Post", "application/json, application/yaml"));
        };
    }

    private static List<Tree> json(ApiBody body) {
        Tree tree = good(JsonReader.read(body.bytes()));
        return tree instanceof Tree.ArrayTree array ? array.items() : List.of(tree);
    }

    private static List<Tree> yaml(ApiBody body) {
        try {
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(body.bytes()))
                            .toString();
            return good(YamlReader.read(text));
        } catch (CharacterCodingException e) {
            throw new ProblemException(
                    ApiProblem.invalid(
                            List.of(
                                    new Problem(
                                            "",
                                            1,
                                            1,
                                            "bytes that are no UTF-8",
                                            "UTF-8",
                                            "save the file as UTF-8"))));
        }
    }

    private static <T> T good(Bound<T> bound) {
        return switch (bound) {
            case Bound.Good<T>(T value) -> value;
            case Bound.Bad<T>(List<Problem> problems) ->
                    throw new ProblemException(ApiProblem.invalid(problems));
        };
    }
}
