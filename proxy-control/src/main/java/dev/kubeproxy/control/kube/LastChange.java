package dev.kubeproxy.control.kube;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** When the change was made that a slice last told of, as the controller that writes slices notes on it (rule M4). */
final class LastChange {

    private static final String ANNOTATION = "endpoints.kubernetes.io/last-change-trigger-time";

    private LastChange() {}

    /** Null where nothing says so, or nothing that makes sense: it costs a figure and no more. */
    static @Nullable Instant of(ObjectMeta metadata) {
        Map<String, String> annotations = metadata.getAnnotations();
        String text = annotations == null ? "" : FieldReader.text(annotations.get(ANNOTATION));
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeException _) {
            return null;
        }
    }
}
