package dev.kubeproxy.control;

import dev.kubeproxy.control.Kind.Shape;
import dev.kubeproxy.control.YamlFields.Field;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;

/**
 * A KubeProxyConfiguration file. As with kube-proxy, fields that nobody knows and fields that stand twice are warned of
 * and no more, while another kind of document or a value of another type is refused (rule N3); and a zero value is the
 * same as none, since files written by tools have all fields.
 */
final class ConfigurationFile {

    static final String API_VERSION = "kubeproxy.config.k8s.io/v1alpha1";
    static final String KIND = "KubeProxyConfiguration";
    private static final Map<String, Setting<?>> SETTINGS = Settings.ALL.stream()
            .filter(setting -> !setting.field().isEmpty())
            .collect(Collectors.toUnmodifiableMap(Setting::field, setting -> setting));

    /** Flags that count although the file has a field for them (rule N2). */
    private static final Set<Setting<?>> STRONGER =
            Set.of(Settings.HOSTNAME_OVERRIDE, Settings.VERBOSITY, Settings.LOGGING_FORMAT);
    /** Flags without a field of their own that the file's fields replace. */
    private static final Map<Setting<?>, Setting<?>> WEAKER = Map.of(
            Settings.HEALTHZ_PORT, Settings.HEALTHZ_BIND_ADDRESS,
            Settings.METRICS_PORT, Settings.METRICS_BIND_ADDRESS);

    /** In the file's Go types most fields cannot tell zero from absent; of those that can, these matter. */
    private static final Set<Setting<?>> TELL_ZERO =
            Set.of(Settings.OOM_SCORE_ADJ, IgnoredSettings.LOCALHOST_NODE_PORTS);

    /** What the file sets, and what is odd in it. */
    record Loaded(Values values, List<String> warnings) {

        /** With the flags that count beside a file; the others are warned of. */
        Loaded with(Values flags) {
            List<String> told = new ArrayList<>(warnings);
            for (Setting<?> setting : flags.settings()) {
                String field = WEAKER.getOrDefault(setting, setting).field();
                if (field.isEmpty() || STRONGER.contains(setting)) {
                    values.take(setting, flags);
                } else if (!setting.ignored()) {
                    told.add("%s does not count beside --config; set %s in the file instead"
                            .formatted(flags.where(setting), field));
                }
            }
            return new Loaded(values, told);
        }
    }

    private final String name;
    private final Map<String, Field> fields = new HashMap<>();
    private final Values values = new Values();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private ConfigurationFile(Path file) {
        this.name = file.toString();
    }

    static Loaded load(Path file) throws ConfigurationException {
        return new ConfigurationFile(file).load(text(file));
    }

    private static String text(Path file) throws ConfigurationException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException("--config: " + file + " does not exist");
        } catch (IOException e) {
            throw new ConfigurationException("--config: " + file + " cannot be read: " + e.getMessage());
        }
    }

    private Loaded load(String yaml) throws ConfigurationException {
        try {
            for (Field field : YamlFields.read(yaml, SETTINGS::containsKey)) {
                if (fields.put(field.path(), field) != null) {
                    warnings.add(at(field) + " stands twice; the last one counts");
                }
            }
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new ConfigurationException(name + ":" + line + ": not YAML: " + firstLine(e.getOriginalMessage()));
        }
        mustSay("apiVersion", API_VERSION);
        mustSay("kind", KIND);
        if (problems.isEmpty()) {
            fields.values().stream().sorted().forEach(this::take);
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new Loaded(values, warnings);
    }

    private void mustSay(String path, String expected) {
        Field field = fields.remove(path);
        if (field == null) {
            problems.add(name + ": " + path + " is missing; must be " + expected);
        } else if (!field.text().equals(expected)) {
            problems.add(at(field) + ": is \"" + field.text() + "\"; must be " + expected);
        }
    }

    private void take(Field field) {
        Setting<?> setting = SETTINGS.get(field.path());
        if (field.isNull()) {
            return;
        }
        if (setting == null) {
            unknown(field);
        } else if (setting.kind().shape() != Shape.ANY && setting.kind().shape() != field.shape()) {
            problems.add(at(field) + ": must be " + setting.kind().shape() + ", is " + field.shape());
        } else if (!isUnset(setting, field.text())) {
            values.put(setting, field.text(), at(field));
        }
    }

    private void unknown(Field field) {
        if (SETTINGS.keySet().stream().anyMatch(path -> path.startsWith(field.path() + "."))) {
            problems.add(at(field) + ": must be " + Shape.MAP + ", is " + field.shape());
        } else if (!field.path().startsWith("metadata.")) {
            warnings.add(at(field) + " is no known field; ignored");
        }
    }

    private static boolean isUnset(Setting<?> setting, String text) {
        return switch (text) {
            case "", "0s" -> true;
            case "0", "false" -> !TELL_ZERO.contains(setting);
            default -> false;
        };
    }

    private String at(Field field) {
        return name + ":" + field.line() + ": " + field.path();
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
