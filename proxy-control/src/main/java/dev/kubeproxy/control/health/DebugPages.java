package dev.kubeproxy.control.health;

import java.lang.management.ManagementFactory;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What {@code /debug/} shows of this process, where {@code --profiling} lets clients of the metrics port look into it. The
 * JVM's own diagnostic commands answer.
 */
final class DebugPages {

    private static final String INDEX = """
            GET  /debug/threads        all threads and where they are
            GET  /debug/heap           the heap, and which classes fill it
            GET  /debug/jfr            whether a recording runs
            POST /debug/jfr/start      starts a recording by Java Flight Recorder
            POST /debug/jfr/stop       ends it, and answers with it
            PUT  /debug/flags/v        sets the verbosity to the number in the body
            """;

    private DebugPages() {}

    static Map<String, Page.Source> all() {
        FlightRecording recording = new FlightRecording();
        return Map.of(
                "/debug/", _ -> Page.text(200, INDEX),
                "/debug/threads", _ -> Page.text(200, command("threadPrint")),
                "/debug/heap", _ -> Page.text(200, command("gcHeapInfo") + command("gcClassHistogram", "-all")),
                "/debug/jfr", _ -> recording.state(),
                "/debug/jfr/start", new Posted(recording::start),
                "/debug/jfr/stop", new Posted(recording::stop));
    }

    /** What {@code jcmd} prints of a command; all of those that live here are counted, without a collection before. */
    private static String command(String name, String... arguments) {
        try {
            Object answer = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            name,
                            new Object[] {arguments},
                            new String[] {String[].class.getName()});
            return String.valueOf(answer);
        } catch (JMException e) {
            throw new IllegalStateException("this JVM does not know " + name, e);
        }
    }
}
