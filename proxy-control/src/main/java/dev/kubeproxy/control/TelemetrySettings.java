package dev.kubeproxy.control;

import dev.kubeproxy.control.ProxyConfiguration.Telemetry;
import dev.kubeproxy.control.Setting.Group;
import dev.kubeproxy.control.access.AccessFormat;
import dev.kubeproxy.control.access.AccessLog;
import dev.kubeproxy.server.metrics.PerService;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The settings that say how much the proxy tells of its traffic: none of kube-proxy's own. */
final class TelemetrySettings {

    private static final String OFF = "off";
    private static final String STDOUT = "stdout";

    static final Setting<String> METRICS_PER_SERVICE = new Setting<>(
            Group.HEALTH,
            "metrics-per-service",
            "",
            Kind.choice("auto", "on", "off"),
            "auto",
            "Metrics of each service port; off: sums over all; auto: off above 1000 service ports");
    static final Setting<Boolean> METRICS_EXEMPLARS = new Setting<>(
            Group.HEALTH,
            "metrics-exemplars",
            "",
            Kind.BOOLEAN,
            "false",
            "Name a backend beside the times of dials, for scrapers that take OpenMetrics");
    static final Setting<String> ACCESS_LOG = new Setting<>(
            Group.LOGGING,
            "access-log",
            "",
            new Kind<>(Kind.Shape.STRING, "off|stdout|FILE", TelemetrySettings::place),
            OFF,
            "A line for each connection and UDP session that has ended");
    static final Setting<String> ACCESS_LOG_FORMAT = new Setting<>(
            Group.LOGGING, "access-log-format", "", Kind.choice("text", "json"), "text", "Format of these lines");
    static final Setting<Integer> ACCESS_LOG_SAMPLE = new Setting<>(
            Group.LOGGING,
            "access-log-sample",
            "",
            Kind.integer(0, Integer.MAX_VALUE),
            "1",
            "Log one in N of those that end well; 0: none. Those that fail are always logged");

    static final List<Setting<?>> ALL =
            List.of(METRICS_PER_SERVICE, METRICS_EXEMPLARS, ACCESS_LOG, ACCESS_LOG_FORMAT, ACCESS_LOG_SAMPLE);

    private TelemetrySettings() {}

    static Telemetry read(Values values) {
        return new Telemetry(
                PerService.valueOf(upper(values.read(METRICS_PER_SERVICE))),
                values.read(METRICS_EXEMPLARS),
                accessLog(values));
    }

    private static Optional<AccessLog.Options> accessLog(Values values) {
        String place = values.read(ACCESS_LOG);
        if (place.equals(OFF)) {
            return Optional.empty();
        }
        return Optional.of(new AccessLog.Options(
                place.equals(STDOUT) ? Optional.empty() : Optional.of(Path.of(place)),
                AccessFormat.valueOf(upper(values.read(ACCESS_LOG_FORMAT))),
                values.read(ACCESS_LOG_SAMPLE)));
    }

    private static String place(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("neither off, stdout nor the name of a file");
        }
        return text;
    }

    private static String upper(String choice) {
        return choice.toUpperCase(Locale.ROOT);
    }
}
