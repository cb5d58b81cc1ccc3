package dev.kubeproxy.control.health;

import java.io.IOException;
import java.io.InputStream;
import java.text.ParseException;
import java.util.Map;
import jdk.jfr.Configuration;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;

/** The one recording by Java Flight Recorder that clients of the metrics port may start and stop. Thread-safe. */
final class FlightRecording {

    private static final long MOST_BYTES = 32 << 20; // the oldest events make room
    private static final Page NONE = Page.text(409, "no recording runs; POST /debug/jfr/start starts one\n");

    private @Nullable Recording running;

    synchronized Page state() {
        return Page.text(200, running == null ? "no recording runs\n" : "a recording runs\n");
    }

    synchronized Page start() {
        if (running != null) {
            return Page.text(409, "a recording runs already; POST /debug/jfr/stop ends it\n");
        }
        if (!FlightRecorder.isAvailable()) {
            return Page.text(501, "this JVM cannot record\n");
        }
        try {
            Recording recording = new Recording(Configuration.getConfiguration("profile"));
            recording.setName("kube-proxy");
            recording.setMaxSize(MOST_BYTES);
            recording.start();
            running = recording;
            return Page.text(200, "a recording runs; POST /debug/jfr/stop ends it and answers with it\n");
        } catch (IOException | ParseException | IllegalStateException e) {
            return Page.text(500, "cannot record: " + e.getMessage() + "\n");
        }
    }

    synchronized Page stop() {
        Recording recording = running;
        if (recording == null) {
            return NONE;
        }
        running = null;
        try (recording) {
            recording.stop();
            try (InputStream events = recording.getStream(null, null)) {
                Body content = Body.of(events == null ? new byte[0] : events.readAllBytes());
                Map<String, String> asFile = Map.of("Content-Disposition", "attachment; filename=\"kube-proxy.jfr\"");
                return new Page(200, "application/octet-stream", content, asFile);
            }
        } catch (IOException e) {
            return Page.text(500, "the recording is lost: " + e.getMessage() + "\n");
        }
    }
}
