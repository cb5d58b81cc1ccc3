package dev.kubeproxy.control.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.appender.RollingFileAppender;
import org.apache.logging.log4j.core.appender.rolling.DefaultRolloverStrategy;
import org.apache.logging.log4j.core.appender.rolling.SizeBasedTriggeringPolicy;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.message.SimpleMessage;

/** Where lines of the access log go. Used by one thread. */
interface LineSink extends AutoCloseable {

    /** A node's disk holds {@value #FILES} files of this size besides the one that is written. */
    String FILE_SIZE = "100MB";

    int FILES = 3;

    /** Writes the lines, and flushes. */
    void write(List<String> lines);

    @Override
    void close();

    /**
     * Opens a file, which older ones follow as {@code FILE.1}, {@code FILE.2} …, or standard output.
     *
     * @throws IOException when the file cannot be written
     */
    static LineSink open(Optional<Path> file) throws IOException {
        Configuration configuration = new DefaultConfiguration();
        PatternLayout layout = PatternLayout.newBuilder()
                .setConfiguration(configuration)
                .setCharset(StandardCharsets.UTF_8)
                .setPattern("%m%n")
                .build();
        Appender appender = file.isPresent()
                ? rolling(file.get(), layout, configuration)
                : ConsoleAppender.newBuilder()
                        .setName("access")
                        .setTarget(ConsoleAppender.Target.SYSTEM_OUT)
                        .setLayout(layout)
                        .setConfiguration(configuration)
                        .build();
        return of(appender);
    }

    private static Appender rolling(Path file, PatternLayout layout, Configuration configuration) throws IOException {
        touch(file); // Log4j would only complain
        return RollingFileAppender.newBuilder()
                .setName("access")
                .setFileName(file.toString())
                .setFilePattern(file + ".%i")
                .setPolicy(SizeBasedTriggeringPolicy.createPolicy(FILE_SIZE))
                .setStrategy(DefaultRolloverStrategy.newBuilder()
                        .setMax(Integer.toString(FILES))
                        .setFileIndex("min") // FILE.1 is the newest of the old ones
                        .setConfig(configuration)
                        .build())
                .setImmediateFlush(false)
                .setLayout(layout)
                .setConfiguration(configuration)
                .build();
    }

    private static void touch(Path file) throws IOException {
        try {
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
        } catch (FileSystemException e) {
            String why = switch (e) {
                case NoSuchFileException _ -> "no such directory";
                case AccessDeniedException _ -> "permission denied";
                default -> e.getReason();
            };
            throw new IOException("--access-log: cannot write %s: %s".formatted(file, why), e);
        }
    }

    private static LineSink of(Appender appender) {
        appender.start();
        return new LineSink() {
            @Override
            public void write(List<String> lines) {
                for (Iterator<String> all = lines.iterator(); all.hasNext(); ) {
                    appender.append(Log4jLogEvent.newBuilder()
                            .setLoggerName("access")
                            .setLevel(Level.INFO)
                            .setMessage(new SimpleMessage(all.next()))
                            .setEndOfBatch(!all.hasNext())
                            .build());
                }
            }

            @Override
            public void close() {
                appender.stop();
            }
        };
    }
}
