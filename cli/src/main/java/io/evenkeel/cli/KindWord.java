package io.evenkeel.cli;

import io.evenkeel.model.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A kind as people type it: service, services, Service. */
final class KindWord implements ITypeConverter<Kind> {
    /** For completion and help. */
    static final class Words extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Words() {
            super(words());
        }
    }

    private static List<String> words() {
        return Arrays.stream(Kind.values()).map(Kind::plural).toList();
    }

    /** For people: {@code service/shop}. */
    static String of(Kind kind, String name) {
        return kind.title().toLowerCase(Locale.ROOT) + "/" + name;
    }

    @Override
    public Kind convert(String word) {
        return Kind.ofWord(word)
                .orElseThrow(() ->
                        new TypeConversionException(
                                "'"
                                        + word
                                        + "' (expected: one of "
                                        + String.join(", ", words())
                                        + ")"));
    }
}
