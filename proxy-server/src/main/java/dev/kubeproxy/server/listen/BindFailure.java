package dev.kubeproxy.server.listen;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a bind failed, in an operator's words. */
final class BindFailure {

    private BindFailure() {}

    static String reason(@Nullable Throwable cause) {
        if (cause == null) {
            return "cancelled";
        }
        String message = String.valueOf(cause.getMessage());
        String lower = message.toLowerCase(Locale.ROOT);
        if (isInUse(lower)) {
            return "address already in use";
        }
        if (lower.contains("cannot assign requested address")) {
            return "not an address of this node";
        }
        return message;
    }

    static boolean isInUse(String reason) {
        return reason.contains("already in use");
    }
}
