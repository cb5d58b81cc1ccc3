package dev.kubeproxy.control.health;

import java.util.Map;
import java.util.function.Supplier;

/** A page that does something: only a POST asks for it, so that nobody who just looks around does. */
record Posted(Supplier<Page> action) implements Page.Source {

    @Override
    public boolean takes(String method) {
        return true;
    }

    @Override
    public Page page(Page.Request request) {
        return request.method().equals("POST")
                ? action.get()
                : new Page(405, Page.TEXT, "Method Not Allowed\n", Map.of("Allow", "POST"));
    }
}
