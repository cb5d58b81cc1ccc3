package dev.kubeproxy.control.health;

import java.util.function.IntConsumer;

/**
 * {@code PUT /debug/flags/v}: sets how much is logged, as all programs of Kubernetes do that let themselves be looked into
 * (rule K9). It lasts until the program ends or its configuration is read anew.
 */
record VerbosityPage(IntConsumer verbosity) implements Page.Source {

    static final String PATH = "/debug/flags/v";

    private static final int MOST = 100;

    @Override
    public boolean takes(String method) {
        return true; // and says itself which are none, with Kubernetes' own status
    }

    @Override
    public Page page(Page.Request request) {
        if (!request.method().equals("PUT")) {
            return Page.text(406, "unsupported http method\n");
        }
        String text = request.body().strip();
        if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) > MOST) {
            return Page.text(
                    400,
                    "failed set klog.logging.verbosity %s: not a whole number from 0 to %d\n".formatted(text, MOST));
        }
        verbosity.accept(Integer.parseInt(text));
        return Page.text(200, "successfully set klog.logging.verbosity to " + text + "\n");
    }
}
