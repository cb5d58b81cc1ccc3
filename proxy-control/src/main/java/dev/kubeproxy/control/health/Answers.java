package dev.kubeproxy.control.health;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Answers what one port is asked: finds the page and sends it. Thread-safe. */
final class Answers {

    private static final Logger LOG = LogManager.getLogger();

    private final String port;
    private final Page.Sources pages;

    /** @param port its name, for log lines */
    Answers(String port, Page.Sources pages) {
        this.port = port;
        this.pages = pages;
    }

    /**
     * Returns when all is on its way: waits for a client that is slow to take a long page. Not for the event loop.
     *
     * @param sent complete when all is sent; the connection is closed where that cannot be
     */
    void answer(Asked asked, Channel client, ChannelPromise sent) {
        try {
            answer(asked).send(client, sent);
        } catch (IOException e) {
            onLost(e);
            client.close();
        } catch (RuntimeException | Error e) { // of a body that is made while it is sent
            LOG.error("The {} port could not finish its answer to {}", port, asked, e);
            client.close();
        }
    }

    /** The client left before its answer was complete, or its connection broke. */
    void onLost(Throwable cause) {
        if (cause instanceof IOException) {
            LOG.trace("A client of the {} port left: {}", port, cause.getMessage());
        } else {
            LOG.error("A fault on a connection to the {} port; closing it", port, cause);
        }
    }

    private Answer answer(Asked asked) {
        if (asked instanceof Asked.Nonsense(HttpResponseStatus status)) { // a switch is slower at its first use
            Page refusal =
                    new Page(status.code(), Page.TEXT, status.reasonPhrase() + "\n", Map.of("Connection", "close"));
            return new Answer(refusal, false, false);
        }
        Asked.For it = (Asked.For) asked;
        return new Answer(page(it), it.head(), it.takesChunks());
    }

    private Page page(Asked.For asked) {
        Page.Source source = pages.at(asked.path());
        if (source == null) {
            return Page.text(404, "404 page not found\n");
        }
        if (!source.takes(asked.request().method())) {
            return new Page(405, Page.TEXT, "Method Not Allowed\n", Map.of("Allow", "GET, HEAD"));
        }
        try {
            return source.page(asked.request());
        } catch (RuntimeException | Error e) {
            LOG.error("The {} port could not answer {}", port, asked, e);
            return Page.text(500, "Internal Server Error\n");
        }
    }
}
