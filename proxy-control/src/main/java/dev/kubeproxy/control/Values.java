package dev.kubeproxy.control;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings that somebody gave, as text and with the place where they stand. Reading one that is wrong, or that
 * nobody gave, yields its default; what is wrong is collected in {@link #problems}. Used by one thread.
 */
final class Values {

    /** @param where what an error message begins with: {@code --udp-timeout}, {@code proxy.yaml:12: udpIdleTimeout} */
    private record Given(String text, String where) {}

    private final Map<Setting<?>, Given> given = new LinkedHashMap<>();
    private final Set<String> problems = new LinkedHashSet<>();

    /** Later ones replace earlier ones. */
    void put(Setting<?> setting, String text, String where) {
        given.put(setting, new Given(text, where));
    }

    boolean has(Setting<?> setting) {
        return given.containsKey(setting);
    }

    /** What was given, else the default. */
    String text(Setting<?> setting) {
        Given one = given.get(setting);
        return one == null ? setting.fallback() : one.text();
    }

    /** Where it was given, else the flag that would. */
    String where(Setting<?> setting) {
        Given one = given.get(setting);
        return one == null ? "--" + setting.flag() : one.where();
    }

    <T> T read(Setting<T> setting) {
        return check(setting).orElseGet(() -> setting.kind().parse(setting.fallback()));
    }

    /** What was given, where it is right. */
    <T> Optional<T> check(Setting<T> setting) {
        Given one = given.get(setting);
        if (one == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(setting.kind().parse(one.text()));
        } catch (IllegalArgumentException e) {
            refuse(setting, e.getMessage());
            return Optional.empty();
        }
    }

    /** Adds a problem of a setting, with its place and its text in front. */
    void refuse(Setting<?> setting, @Nullable String why) {
        problems.add("%s: invalid value \"%s\": %s".formatted(where(setting), text(setting), why));
    }

    void refuse(String problem) {
        problems.add(problem);
    }

    /** Takes over what {@code other} has of a setting. */
    void take(Setting<?> setting, Values other) {
        Given one = other.given.get(setting);
        if (one != null) {
            given.put(setting, one);
        }
    }

    List<Setting<?>> settings() {
        return List.copyOf(given.keySet());
    }

    List<String> problems() {
        return List.copyOf(problems);
    }
}
