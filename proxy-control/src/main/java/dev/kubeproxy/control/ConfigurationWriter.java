package dev.kubeproxy.control;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** Writes the configuration in effect as a KubeProxyConfiguration: what was given, and the defaults (rules N5, N10). */
final class ConfigurationWriter {

    private final Values values;

    ConfigurationWriter(Values values) {
        this.values = values;
    }

    /** For {@code --write-config-to}; {@link ConfigurationFile} reads it back. */
    String yaml() {
        YAMLFactory plain = YAMLFactory.builder()
                .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
                .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
                .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .build();
        return new YAMLMapper(plain).writeValueAsString(document());
    }

    /** For {@code /configz}. */
    String json() {
        JsonMapper json = new JsonMapper();
        return json.writeValueAsString(json.createObjectNode().set("kubeproxy.config.k8s.io", document()));
    }

    private ObjectNode document() {
        ObjectNode document = new JsonMapper().createObjectNode();
        document.put("apiVersion", ConfigurationFile.API_VERSION);
        document.put("kind", ConfigurationFile.KIND);
        Settings.ALL.stream()
                .filter(setting -> !setting.field().isEmpty())
                .filter(setting -> values.has(setting)
                        || !setting.ignored()
                        || !setting.fallback().isEmpty())
                .forEach(setting -> put(document, setting));
        return document;
    }

    private void put(ObjectNode document, Setting<?> setting) {
        String[] path = setting.field().split("\\.", -1);
        ObjectNode parent = document;
        for (int depth = 0; depth < path.length - 1; depth++) {
            parent = parent.withObjectProperty(path[depth]);
        }
        String name = path[path.length - 1];
        String text = text(setting);
        switch (setting.kind().shape()) {
            case BOOLEAN -> parent.put(name, Boolean.TRUE.equals(setting.kind().parse(text)));
            case NUMBER -> putNumber(parent, name, text);
            case LIST -> items(text).forEach(parent.putArray(name)::add);
            case MAP -> putMap(parent.putObject(name), text);
            case STRING, ANY -> parent.put(name, canonical(setting, text));
        }
    }

    /** Where several flags speak of it, what they come to. */
    private String text(Setting<?> setting) {
        if (setting.equals(Settings.HEALTHZ_BIND_ADDRESS)) {
            return text(PortSettings.read(values).healthz(), "0.0.0.0");
        }
        if (setting.equals(Settings.METRICS_BIND_ADDRESS)) {
            return text(PortSettings.read(values).metrics(), "127.0.0.1");
        }
        return values.text(setting);
    }

    /** In a file, nothing is the default, and port 0 is none. */
    private static String text(Optional<InetSocketAddress> port, String usualHost) {
        return port.map(NetUtil::toSocketAddressString).orElse(usualHost + ":0");
    }

    /** Durations as Go prints them. */
    private static String canonical(Setting<?> setting, String text) {
        return setting.kind().parse(text) instanceof Duration length ? GoDuration.text(length) : text;
    }

    private static void putNumber(ObjectNode parent, String name, String text) {
        double number = Double.parseDouble(text);
        if (number == Math.rint(number)) {
            parent.put(name, (long) number);
        } else {
            parent.put(name, number);
        }
    }

    private static void putMap(ObjectNode map, String text) {
        items(text).forEach(item -> {
            String[] pair = item.split("=", 2);
            map.put(pair[0], Boolean.parseBoolean(pair[1]));
        });
    }

    private static Stream<String> items(String text) {
        return text.isEmpty() ? Stream.empty() : Stream.of(text.split(",", -1));
    }
}
