package dev.kubeproxy.control;

import java.nio.charset.StandardCharsets;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.AbstractConfiguration;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;

/**
 * All lines to stderr, as klog writes them ({@code I1123 15:04:05.000000   12345 ListenerSet] message}) or as JSON. Made
 * here and not in a file: log4j reads files by reflection, which took 0.2 s of each start.
 */
final class LogConfiguration extends AbstractConfiguration {

    private static final String KLOG =
            "%level{TRACE=I,DEBUG=I,INFO=I,WARN=W,ERROR=E,FATAL=F}%d{MMdd HH:mm:ss.SSSSSS}" + " %7pid %c{1}] %m%n%ex";
    private static final String JSON_LINES = "{\"ts\":%d{UNIX_MILLIS},\"level\":\"%level{lowerCase=true}\","
            + "\"logger\":\"%c{1}\",\"msg\":\"%enc{%m}{JSON}\",\"err\":\"%enc{%ex}{JSON}\"}%n";

    private final ProxyConfiguration.Logging logging;

    LogConfiguration(ProxyConfiguration.Logging logging) {
        super(null, ConfigurationSource.NULL_SOURCE);
        this.logging = logging;
        isShutdownHookEnabled = false; // the program logs until the very end of an orderly stop
    }

    @Override
    protected void doConfigure() {
        PatternLayout layout = PatternLayout.newBuilder()
                .setConfiguration(this)
                .setCharset(StandardCharsets.UTF_8)
                .setPattern(logging.json() ? JSON_LINES : KLOG)
                .build();
        ConsoleAppender stderr = ConsoleAppender.newBuilder()
                .setName("stderr")
                .setTarget(ConsoleAppender.Target.SYSTEM_ERR)
                .setLayout(layout)
                .setConfiguration(this)
                .build();
        stderr.start();
        addAppender(stderr);
        getRootLogger().addAppender(stderr, null, null);
        getRootLogger().setLevel(Logs.libraries(logging.verbosity()));
        addLogger(Logs.OWN, new LoggerConfig(Logs.OWN, Logs.own(logging.verbosity()), true));
    }
}
