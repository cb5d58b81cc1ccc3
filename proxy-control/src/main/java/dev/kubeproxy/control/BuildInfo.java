package dev.kubeproxy.control;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Properties;

/** What this is a build of; the build writes it into {@code build.properties}. */
record BuildInfo(String version, String commit) {

    static BuildInfo read() {
        Properties properties = new Properties();
        try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BuildInfo(properties.getProperty("version", "unknown"), properties.getProperty("commit", "unknown"));
    }

    /** A part of the version: 0 is major, 1 minor; empty where it has none. */
    String number(int part) {
        String[] parts = version.split("[.-]", -1);
        return part < parts.length && parts[part].matches("[0-9]+") ? parts[part] : "";
    }

    /** As Go names it: {@code linux/amd64}. */
    static String platform() {
        String arch = System.getProperty("os.arch", "");
        String goArch = switch (arch) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> arch;
        };
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT) + "/" + goArch;
    }

    /** The answer to {@code --version}. */
    @Override
    public String toString() {
        return "kube-proxy userspace %s (git %s, %s, Java %s)"
                .formatted(version, commit, platform(), Runtime.version().feature());
    }
}
