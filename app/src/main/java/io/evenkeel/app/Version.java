package io.evenkeel.app;

import picocli.CommandLine.IVersionProvider;

/** The version of the distribution, as its jar's manifest says. */
final class Version implements IVersionProvider {
    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"evenkeel " + text()};
    }
}
